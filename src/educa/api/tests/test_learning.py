"""What students do by the API, and what they may not."""

import uuid
from http import HTTPStatus

import pytest

from educa.accounts.tests.factories import make_admin, make_user
from educa.chat.models import Message
from educa.chat.tests.factories import say
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_module,
)
from educa.students.models import Completion, Enrollment
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db
OK, CREATED, CONFLICT, NOT_FOUND = (
    HTTPStatus.OK,
    HTTPStatus.CREATED,
    HTTPStatus.CONFLICT,
    HTTPStatus.NOT_FOUND,
)


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def student(client, course):
    enrollment = make_enrollment(course=course)
    client.force_login(enrollment.student)
    return enrollment.student


def post(client, path, **body):
    return client.post(path, body, content_type="application/json")


def test_enrolling_twice_is_enrolling_once(client, course):
    person = make_user()
    client.force_login(person)

    answers = [post(client, f"/api/courses/{course.pk}/enroll/") for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"enrolled": True, "asked": False}] * 2
    assert Enrollment.objects.get().student == person


def test_who_leaves_keeps_what_was_finished(client, course, student):
    content = make_content(make_module(course))
    Completion.objects.create(enrollment=Enrollment.objects.get(), content=content)

    answer = post(client, f"/api/courses/{course.pk}/unenroll/")

    assert answer.json()["enrolled"] is False
    assert not Enrollment.objects.current().exists()
    assert Completion.objects.exists()


def test_a_closed_course_says_why_nobody_is_enrolled(client, course):
    Course.objects.update(admission=Course.Admission.CLOSED)
    client.force_login(make_user())

    answer = post(client, f"/api/courses/{course.pk}/enroll/")

    assert (answer.status_code, answer.json()["code"]) == (CONFLICT, "closed")
    assert answer["Content-Type"] == "application/problem+json"


def test_contents_come_with_their_items_as_they_are_shown(client, course, student):
    module = make_module(course, title="Light")
    make_content(module)
    make_content(module, "image", alt="A prism")
    make_content(module, "video")

    (told,) = client.get(f"/api/courses/{course.pk}/contents/").json()

    assert set(told) == {"id", "order", "title", "description", "contents"}
    assert [content["kind"] for content in told["contents"]] == ["text", "image", "video"]
    assert all(
        set(content) == {"id", "order", "kind", "title", "item", "data"}
        for content in told["contents"]
    )
    assert told["contents"][1]["data"]["alt"] == "A prism"
    assert told["contents"][1]["data"]["file"].startswith("http://testserver/media/image/")


def test_what_contents_cost_does_not_grow_with_them(
    client, course, student, django_assert_max_num_queries
):
    costs = []
    for amount in (2, 20):
        for _ in range(amount):
            make_content(make_module(course), "image")
        with django_assert_max_num_queries(12) as asked:
            client.get(f"/api/courses/{course.pk}/contents/")
        costs.append(len(asked))

    assert costs[0] == costs[1]


@pytest.mark.parametrize("path", ["contents", "progress", "messages"])
def test_who_is_not_enrolled_gets_nothing_of_the_inside(client, course, path):
    make_enrollment(course=course)
    client.force_login(make_user())

    assert client.get(f"/api/courses/{course.pk}/{path}/").status_code == NOT_FOUND


@pytest.mark.parametrize("path", ["contents", "progress", "messages"])
def test_visitors_are_asked_who_they_are(client, course, path):
    answer = client.get(f"/api/courses/{course.pk}/{path}/")

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_progress_tells_what_is_done_and_marks_it(client, course, student):
    first = make_content(make_module(course))
    make_content(first.module)
    path = f"/api/courses/{course.pk}/progress/"

    marked = post(client, path, content=first.pk, done=True)

    assert marked.json() == client.get(path).json()
    assert marked.json() == {
        "completed": [first.pk],
        "done": 1,
        "total": 2,
        "percent": 50,
        "completed_at": None,
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": 1}, "done"),
        ({"content": "x", "done": True}, "content"),
        ({"content": 10**30, "done": True}, "content"),
        ({"content": 1, "done": True, "student": 2}, "student"),
        ({"content": 1, "done": True, "percent": 100}, "percent"),
    ],
)
def test_progress_takes_nothing_else(client, course, student, body, field):
    answer = post(client, f"/api/courses/{course.pk}/progress/", **body)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_who_teaches_has_no_progress(client, course):
    client.force_login(course.owner)

    assert client.get(f"/api/courses/{course.pk}/progress/").status_code == NOT_FOUND


def test_a_content_of_another_course_is_not_marked(client, course, student):
    foreign = make_content(make_module(make_course()))

    answer = post(client, f"/api/courses/{course.pk}/progress/", content=foreign.pk, done=True)

    assert answer.status_code == NOT_FOUND
    assert not Completion.objects.exists()


def test_the_room_is_read_in_pages_and_written_once(client, course, student):
    for number in range(3):
        say(course, f"Message {number}")
    path = f"/api/courses/{course.pk}/messages/"
    words = {"message": "Mine", "client_id": str(uuid.uuid4())}

    statuses = [post(client, path, **words).status_code for _ in range(2)]
    page = client.get(path, {"limit": 2}).json()

    assert statuses == [CREATED, OK]
    assert [row["message"] for row in page["results"]] == ["Message 2", "Mine"]
    assert (page["has_older"], page["head"]) == (True, 4)


def test_a_refusal_of_the_room_is_a_problem(client, course, student):
    path = f"/api/courses/{course.pk}/messages/"

    answer = post(client, path, message="\x1b", client_id=str(uuid.uuid4()))

    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.BAD_REQUEST, "characters")
    assert not Message.objects.exists()


def test_my_courses_are_mine(client, course, student):
    make_enrollment()

    rows = client.get("/api/me/courses/").json()["results"]

    assert [(row["course"], row["percent"]) for row in rows] == [(course.pk, 0)]


def test_me_tells_of_oneself_alone(client, student):
    told = client.get("/api/me/").json()

    assert (told["username"], told["is_instructor"]) == (student.username, False)
    assert told["scopes"] == ["read", "learn", "teach"]


def test_staff_read_every_course(client, course):
    make_content(make_module(course))
    client.force_login(make_admin())

    assert client.get(f"/api/courses/{course.pk}/contents/").status_code == OK
