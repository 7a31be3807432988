"""How many statements each page takes: few, and no more with many rows than with a few."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from educa.accounts.tests.factories import make_user
from educa.chat.actions import mute, pin, report
from educa.chat.tests.factories import answer, ask, fill_room, make_member, say
from educa.courses.kinds.registry import kinds
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_attachment,
    make_content,
    make_course,
    make_module,
    make_text,
    picture,
)
from educa.interchange.models import Transfer
from educa.lib.remembering import forget
from educa.students.models import Enrollment, Note
from tests.addresses import addresses, administration
from tests.test_access import Site, make_site

MOST = 12  # statements of a page
FEWER = {  # of pages that are opened all day; nothing is kept where these are counted
    "course_list as visitor": 1,
    "course_list_subject as visitor": 1,
    "course_detail as visitor": 1,
    "student_course_detail as enrolled": 3,
    "student_course_detail_module as enrolled": 3,
    "student_content_detail as enrolled": 3,
    "student_module_outline as enrolled": 3,
    "student_course_list as enrolled": 5,
    "student_content_note as enrolled": 4,
    "chat:course_chat_room as enrolled": 9,
    "chat:content_questions as enrolled": 6,
}
# Each download is written down; it comes in batches, of which there is one here.
MORE = {"course_chat_export as owner": 16, "course_chat_export as admin": 16}
ROLES = ("visitor", "enrolled", "owner", "admin")  # who is asked for, of those that may open it
FEW, MANY = 4, 12  # rows more of everything

pytestmark = pytest.mark.django_db


def counted(site: Site) -> dict[str, int]:
    """The statements of each page for each role, once templates are compiled and the cache is empty."""
    return {f"{name} as {role}": number for name, role, number in _counted(site)}


def _counted(site: Site) -> Iterator[tuple[str, str, int]]:
    for address in [*addresses(site), *administration()]:
        for role in ROLES:
            if address.expected[role] == 200:
                browser = site.browsers[role]
                _open(browser, address.path)
                forget()
                with CaptureQueriesContext(connection) as statements:
                    _open(browser, address.path)
                yield address.name, role, len(statements)


def _open(browser: Client, path: str) -> None:
    response = browser.get(path)
    if response.streaming:
        response.getvalue()
    assert response.status_code == 200


def crowd(site: Site, amount: int) -> None:
    """So many more of everything that pages list."""
    course = Course.objects.get(pk=site.words["pk"])
    module = course.modules.get(pk=site.words["module_id"])
    student = course.enrollments.current().earliest("pk").student
    names = [kind.name for kind in kinds()]
    for number in range(amount):
        content = make_content(module, names[number % len(names)])
        make_content(make_module(course), item=make_text(owner=course.owner))
        make_attachment(course)
        member = make_member(course)
        say(course, author=member, picture=ContentFile(picture(), "a.png"))
        question = ask(member, content)
        answer(course.owner, ask(student, content))
        pin(person=course.owner, course=course.pk, sequence=question.sequence)
        report(person=course.owner, course=course.pk, sequence=question.sequence, reason="")
        mute(person=course.owner, course=course.pk, muted=make_user(), minutes=None)
        Note.objects.create(author=student, content=content, body="Mine")
        another = make_course(owner=course.owner, subject=course.subject)
        Enrollment.objects.enroll(student, another)
        course.enrollment_requests.create(student=make_user())
        _export(course)
    course.modules.latest("pk").contents.update(trashed_at=timezone.now())
    fill_room(course, student, amount)


def _export(course: Course) -> None:
    Transfer.objects.create(
        owner=course.owner,
        course=course,
        direction=Transfer.Direction.EXPORT,
        status=Transfer.Status.DONE,
        finished_at=timezone.now(),
        name="a.imscc",
    )


def test_no_page_takes_many_statements_and_none_takes_more_with_many_rows(settings):
    site = make_site()
    settings.EDUCA_CHAT_BURST = settings.EDUCA_CHAT_PER_MINUTE = 1000
    crowd(site, FEW)
    few = counted(site)

    crowd(site, MANY)
    many = counted(site)

    limits = FEWER | MORE
    over = {page: number for page, number in many.items() if number > limits.get(page, MOST)}
    grown = {page: (few[page], number) for page, number in many.items() if number > few[page]}
    assert (over, grown) == ({}, {})
