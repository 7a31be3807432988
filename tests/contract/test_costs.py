"""What is read costs as many statements with 200 rows as with 10."""

from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from educa.accounts.models import User
from educa.api.models import AccessToken
from educa.api.models.token import MOST_TOKENS
from educa.chat.tests.factories import fill_room
from educa.courses.models import Attachment, Content, Course, Module, Subject, Text
from educa.students.models import Completion, Enrollment
from tests.contract.description import readings
from tests.contract.place import ROLES, Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

FEW, MANY = 10, 200
MOST = 12  # statements of one request, signing in included


@pytest.mark.parametrize("label", readings())
def test_what_is_read_costs_the_same_with_many_rows(place, label):
    fill(place, FEW)
    few = costs(place, label)

    fill(place, MANY - FEW)
    count_rows()

    assert costs(place, label) == few
    assert max(few.values()) <= MOST


def costs(place: Place, label: str) -> dict[str, int]:
    """The statements of a request by each role, with the largest page where there are pages."""
    path = place.reading(label)
    return {role: cost(path, place.headers[role][-1]) for role in ROLES}


def cost(path: str, headers: dict[str, str]) -> int:
    asker = Client(headers=headers)
    asker.get(path)  # what is remembered by the process is so now
    with CaptureQueriesContext(connection) as statements:
        answer = asker.get(f"{path}{'&' if '?' in path else '?'}page_size=100")
        answer = asker.get(path) if answer.status_code == 400 else answer
    assert answer.status_code in {200, 401, 403, 404}
    return len(statements)


def count_rows() -> None:
    """What PostgreSQL does by itself within a minute: without it, it takes the tables for empty."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def fill(place: Place, number: int) -> None:
    """So many more subjects, courses with modules, contents, messages, and places of the student."""
    course = Course.objects.get(pk=place.ids["course"][0])
    enrollment = Enrollment.objects.get(course=course)
    subjects = Subject.objects.bulk_create(
        Subject(title=f"More {uuid4()}", slug=str(uuid4())) for _ in range(number)
    )
    courses = Course.objects.bulk_create(
        Course(
            owner=course.owner,
            subject=subject,
            title="More",
            slug=str(uuid4()),
            status=Course.Status.PUBLISHED,
            published_at=timezone.now(),
        )
        for subject in subjects
    )
    Enrollment.objects.bulk_create(
        Enrollment(course=each, student=enrollment.student) for each in courses
    )
    contents = [*fill_course(course, number), *fill_courses(courses)]
    Completion.objects.bulk_create(
        Completion(enrollment=enrollment, content=content)
        for content in contents
        if content.module.course_id == course.pk
    )
    Attachment.objects.bulk_create(
        Attachment(course=course, name="More", media_type="text/plain", size=1, file=f"a/{uuid4()}")
        for _ in range(number)
    )
    fill_room(course, enrollment.student, number)
    for user in User.objects.filter(access_tokens__isnull=False).distinct():
        fill_tokens(user, number)


def fill_course(course: Course, number: int) -> list[Content]:
    """More modules of one course, with a content each."""
    first = course.modules.count() + 1000
    modules = [Module(course=course, title="More", order=first + each) for each in range(number)]
    return fill_modules(Module.objects.bulk_create(modules))


def fill_courses(courses: list[Course]) -> list[Content]:
    """Two modules for each course, with a content each."""
    modules = [
        Module(course=course, title="One", order=place) for course in courses for place in (0, 1)
    ]
    return fill_modules(Module.objects.bulk_create(modules))


def fill_modules(modules: list[Module]) -> list[Content]:
    texts = Text.objects.bulk_create(
        Text(owner_id=module.course.owner_id, title="More", content="*Words*") for module in modules
    )
    kind = ContentType.objects.get_for_model(Text)
    return Content.objects.bulk_create(
        Content(module=module, content_type=kind, object_id=text.pk, order=0)
        for module, text in zip(modules, texts, strict=True)
    )


def fill_tokens(user: User, number: int) -> None:
    """More tokens, as many as one may have."""
    room = MOST_TOKENS - AccessToken.objects.of(user).count()
    AccessToken.objects.bulk_create(
        AccessToken(user=user, name="More", digest=uuid4().hex, hint="educa_xxxx", scopes=["read"])
        for _ in range(min(room, number))
    )
