"""How many statements what people do takes: no more in a course with 200 of everything than in one with ten."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from educa.accounts.models import User
from educa.chat.tests.factories import fill_room
from educa.courses.models import Content, Course, Module, Text
from educa.courses.tests.factories import make_course
from educa.students.models import Completion, Enrollment, Note
from tests.test_access import POST, Site, make_site, path_of, posted
from tests.undoing import undone

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 200


@dataclass(frozen=True)
class Write:
    """What somebody does: whose browser, the address, what it needs, and what is posted, or put in order."""

    role: str
    name: str
    needs: tuple[str, ...]
    data: dict[str, Any]
    order: type[Module] | type[Content] | None = None

    def send(self, site: Site) -> Any:
        """Post it, as a form, or as JSON where rows get another order: the last one comes first."""
        browser, path = site.browsers[self.role], path_of(site, self.name, [*self.needs])
        if self.order is None:
            return browser.post(path, posted(site, self.data))
        within = {Module: {"course": "pk"}, Content: {"module": "module_id"}}[self.order]
        rows = self.order.objects.filter(**{key: site.words[word] for key, word in within.items()})
        keys = list(rows.values_list("pk", flat=True))
        places = {str(key): place for place, key in enumerate([keys[-1], *keys[:-1]])}
        return browser.post(path, json.dumps(places), content_type="application/json")


def as_in_table(role: str, name: str) -> Write:
    """What the table of `test_access` posts there."""
    needs, data, _expected = POST[name]
    return Write(role, name, (*needs,), data)


TEXT = ("module_id", "model_name=text_kind", "id=text")
WRITES = {
    "complete a content": as_in_table("enrolled", "student_content_progress"),
    "write a note": as_in_table("enrolled", "student_content_note"),
    "enroll": as_in_table("stranger", "student_enroll_course"),
    "leave": as_in_table("enrolled", "student_leave_course"),
    "say something": as_in_table("enrolled", "chat:message_list"),
    "ask at a content": as_in_table("enrolled", "chat:content_questions"),
    "read the room": as_in_table("enrolled", "chat:read"),
    "save a text": Write(
        "owner", "module_content_update", TEXT, {"title": ["New"], "content": ["*Words*"]}
    ),
    "keep what is being typed": as_in_table("owner", "text_draft_update"),
    "put modules in order": Write("owner", "module_order", (), {}, Module),
    "put contents in order": Write("owner", "content_order", (), {}, Content),
    "move a module": as_in_table("owner", "module_move"),
    "move a content": as_in_table("owner", "content_move"),
    "archive": Write("owner", "course_publish", ("pk",), {"status": ["archived"]}),
    "publish": Write("owner", "course_publish", ("pk=archived",), {"status": ["published"]}),
}


def counted(site: Site) -> dict[str, int]:
    """The statements of each write, with those after its commit; nothing of it stays."""
    return {what: statements_of(site, write) for what, write in WRITES.items()}


def statements_of(site: Site, write: Write) -> int:
    with undone():
        write.send(site)  # what is remembered by the process is so now
    with (
        undone(),
        CaptureQueriesContext(connection) as statements,
        TestCase.captureOnCommitCallbacks(execute=True),
    ):
        response = write.send(site)
    assert response.status_code in {200, 302}, (write, response.content)
    assert not response.context, write  # which a form has that is shown again
    return len(statements)


def make_place() -> Site:
    """The site of `test_access`, with an archived course beside it and the kind of its text."""
    site = make_site()
    course = Course.objects.get(pk=site.words["pk"])
    archived = make_course(owner=course.owner, status=Course.Status.ARCHIVED)
    return replace(site, words=site.words | {"archived": archived.pk, "text_kind": "text"})


def crowd(site: Site, number: int) -> None:
    """So many more modules, contents, students, messages, notes, and things that are done."""
    course = Course.objects.get(pk=site.words["pk"])
    place = course.enrollments.current().earliest("pk")
    people = User.objects.bulk_create(User(username=str(uuid4())) for _ in range(number))
    Enrollment.objects.bulk_create(Enrollment(course=course, student=each) for each in people)
    fill(Course.objects.get(pk=site.words["archived"]), number)
    contents = fill(course, number)
    fill_module(course.modules.get(pk=site.words["module_id"]), number)
    Completion.objects.bulk_create(
        Completion(enrollment=place, content=content) for content in contents
    )
    Note.objects.bulk_create(
        Note(author=place.student, content=content, body="Mine") for content in contents
    )
    fill_room(course, place.student, number)


def fill(course: Course, number: int) -> list[Content]:
    """So many more modules of a course, with a text in each."""
    modules = Module.objects.bulk_create(Module(course=course, title="More") for _ in range(number))
    return [content for module in modules for content in fill_module(module, 1)]


def fill_module(module: Module, number: int) -> list[Content]:
    """So many more texts in a module."""
    texts = Text.objects.bulk_create(
        Text(owner_id=module.course.owner_id, title="More", content="*Words*")
        for _ in range(number)
    )
    kind = ContentType.objects.get_for_model(Text)
    return Content.objects.bulk_create(
        Content(module=module, content_type=kind, object_id=text.pk) for text in texts
    )


def test_what_people_do_takes_no_more_statements_where_there_are_many_rows(
    settings: Any,
) -> None:
    site = make_place()
    settings.EDUCA_CHAT_BURST = settings.EDUCA_CHAT_PER_MINUTE = 1000
    crowd(site, FEW)
    few = counted(site)

    crowd(site, MANY - FEW)
    many = counted(site)

    assert {what: (few[what], number) for what, number in many.items() if number > few[what]} == {}
