"""Which courses, modules, contents and files a person may see, open and change."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Attachment, Content, Course, Module
from educa.courses.permissions import can_teach
from educa.courses.tests.factories import make_attachment, make_content, make_course, make_module

pytestmark = pytest.mark.django_db

DRAFT, PUBLISHED, ARCHIVED = Course.Status.DRAFT, Course.Status.PUBLISHED, Course.Status.ARCHIVED
Enrollment: Any = Course.students.through  # students are above courses, and out of reach here
DOORS = ("visible_to", "readable_by", "editable_by", "owned_by")


def fresh(user):
    """The same person without remembered permissions."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def courses(owner):
    """One of each status, of one owner, with a course of somebody else beside them."""
    make_course(status=DRAFT)
    return {status: make_course(owner=owner, status=status) for status in Course.Status}


@pytest.fixture
def people(owner, courses):
    """Everybody who could come; two students, so that one's place is never the other's."""
    student, left, stranger = make_user(), make_user(), make_user()
    for course in courses.values():
        Enrollment.objects.enroll(student, course)
        Enrollment.objects.enroll(left, course)
        Enrollment.objects.leave(left, course)
    assistant, lapsed = make_instructor(), make_instructor()
    for course in courses.values():
        course.co_instructors.add(assistant, lapsed)
    lapsed.groups.clear()
    staff = make_user(is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_course"))
    former = owner_who_teaches_no_more(courses)
    return {
        "visitor": AnonymousUser(),
        "stranger": stranger,
        "student": student,
        "left": left,
        "owner": owner,
        "colleague": make_instructor(),
        "staff": staff,
        "staff without rights": make_user(is_staff=True),
        "admin": make_admin(),
        "former": former,
        "assistant": assistant,
        "lapsed assistant": fresh(lapsed),
    }


def owner_who_teaches_no_more(courses):
    former = make_instructor()
    former.groups.clear()
    return fresh(former)


ALL = {DRAFT, PUBLISHED, ARCHIVED}
NONE: set[str] = set()
EXPECTED = {
    # who: (whose page they see, whose contents they open, what they change, what they may give away)
    "visitor": ({PUBLISHED}, NONE, NONE, NONE),
    "stranger": ({PUBLISHED}, NONE, NONE, NONE),
    "student": ({PUBLISHED, ARCHIVED}, {PUBLISHED, ARCHIVED}, NONE, NONE),
    "left": ({PUBLISHED}, NONE, NONE, NONE),
    "owner": (ALL, ALL, ALL, ALL),
    "assistant": (ALL, ALL, ALL, NONE),
    "lapsed assistant": (ALL, ALL, NONE, NONE),
    "colleague": ({PUBLISHED}, NONE, NONE, NONE),
    "staff": (ALL, ALL, NONE, NONE),
    "staff without rights": ({PUBLISHED}, NONE, NONE, NONE),
    "admin": (ALL, ALL, NONE, NONE),
    "former": ({PUBLISHED}, NONE, NONE, NONE),
}


@pytest.mark.parametrize("who", EXPECTED)
def test_courses_are_seen_opened_and_changed_by_the_right_people(who, owner, courses, people):
    theirs = Course.objects.filter(owner=owner)

    found = tuple(
        {course.status for course in getattr(theirs, door)(people[who])} for door in DOORS
    )

    assert found == EXPECTED[who]


@pytest.mark.parametrize("who", EXPECTED)
def test_a_course_in_the_trash_is_behind_every_door_closed(who, owner, courses, people):
    theirs = Course.objects.filter(owner=owner)
    theirs.update(trashed_at=timezone.now())

    assert not any(getattr(theirs, door)(people[who]).exists() for door in DOORS)


def test_only_its_owner_finds_a_course_in_the_trash(courses, people):
    courses[PUBLISHED].trashed_at = timezone.now()
    courses[PUBLISHED].save()

    finders = {who for who in people if Course.objects.in_trash_of(people[who]).exists()}

    assert finders == {"owner"}


def test_contents_in_the_trash_are_found_only_by_those_who_ask_for_it(courses, people):
    content = make_content(make_module(courses[PUBLISHED]))
    Content.objects.filter(pk=content.pk).update(trashed_at=timezone.now())

    assert not Content.objects.readable_by(people["owner"]).exists()
    assert not content.module.contents.exists()
    assert Content.everything.editable_by(people["assistant"]).get() == content
    assert not Content.everything.editable_by(people["colleague"]).exists()


@pytest.mark.parametrize("who", EXPECTED)
def test_modules_and_contents_follow_their_course(who, courses, people):
    contents = [make_content(make_module(course)) for course in courses.values()]

    for door, expected in zip(DOORS[1:3], EXPECTED[who][1:3], strict=True):
        modules = Module.objects.filter(pk__in=[content.module_id for content in contents])
        mine = Content.objects.filter(pk__in=[content.pk for content in contents])
        assert {row.course.status for row in getattr(modules, door)(people[who])} == expected
        assert {row.module.course.status for row in getattr(mine, door)(people[who])} == expected


def test_instructor_who_lost_the_group_changes_nothing_and_still_reads_their_own(owner, courses):
    owner.groups.clear()

    assert not Course.objects.editable_by(fresh(owner)).exists()
    assert Course.objects.filter(owner=owner).readable_by(fresh(owner)).count() == 3


def test_suspended_person_opens_nothing(courses):
    student = make_user()
    Enrollment.objects.enroll(student, courses[PUBLISHED])
    student.is_active = False

    assert not Course.objects.readable_by(student).exists()


def test_suspended_administrator_looks_after_nothing(courses):
    admin = make_admin(is_active=False)

    assert not Course.objects.readable_by(admin).exists()


def test_nobody_joins_what_is_not_published(courses):
    assert {course.status for course in Course.objects.open_for_enrollment()} == {PUBLISHED}


def test_place_in_a_course_is_ones_own(people, courses):
    joined = Course.objects.with_place_of(people["student"]).get(pk=courses[PUBLISHED].pk)
    strange = Course.objects.with_place_of(people["left"]).get(pk=courses[PUBLISHED].pk)

    assert joined.is_joined
    assert not strange.is_joined


def test_attachment_for_instructors_is_for_those_who_teach_and_staff(people, courses):
    make_attachment(courses[PUBLISHED], instructors_only=True)

    readers = {who for who in people if Attachment.objects.readable_by(people[who]).exists()}

    assert readers == {"owner", "assistant", "lapsed assistant", "staff", "admin"}


def test_other_attachments_are_for_readers(people, courses):
    make_attachment(courses[PUBLISHED])

    readers = {who for who in people if Attachment.objects.readable_by(people[who]).exists()}

    assert readers == {"student", "owner", "assistant", "lapsed assistant", "staff", "admin"}


def test_a_course_can_belong_to_those_who_teach(people):
    assert {who for who in people if can_teach(people[who])} == {
        "owner",
        "assistant",
        "colleague",
        "admin",
    }
