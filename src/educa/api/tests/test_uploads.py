"""Uploads in parts by programs: who may, and what is refused; the rest has its tests in educa.studio."""

from base64 import b64encode
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.models import Scope
from educa.api.tests.asking import basic, browser_of, program
from educa.courses.models import Course, Upload
from educa.courses.tests.factories import PDF, make_course
from educa.lib.parts import held

pytestmark = pytest.mark.django_db

UPLOADS = "/api/uploads/"
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EDUCA_UPLOAD_DIR = tmp_path / "uploads"
    settings.EDUCA_UPLOAD_DIR.mkdir()
    return tmp_path / "uploads"


@pytest.fixture
def owner() -> User:
    return make_instructor()


@pytest.fixture
def course(owner: User) -> Course:
    return make_course(owner=owner)


@pytest.fixture
def asker(owner: User) -> Client:
    """A program that may teach, and nothing else."""
    return program(owner, Scope.TEACH)


@pytest.fixture
def path(asker: Client, course: Course) -> str:
    """Where the parts of a file of ten bytes go."""
    return str(announce(asker, course, 10)["Location"])


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def ask(asker: Client, method: str, path: str, data: bytes = b"", **headers: Any) -> Any:
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    kind = named.pop("Content-Type", "application/offset+octet-stream")
    return asker.generic(method, path, data, kind, headers={"Tus-Resumable": "1.0.0", **named})


def announce(
    asker: Client, course: Course | None, size: int, name: str = "notes.txt", **headers: Any
) -> Any:
    path = f"{UPLOADS}?course={course.pk}" if course else UPLOADS
    headers = {"Upload_Metadata": f"filename {in_base64(name)}"} | headers
    return ask(asker, "POST", path, Upload_Length=size, **headers)


def send(asker: Client, path: str, data: bytes, offset: int = 0, **headers: Any) -> Any:
    return ask(asker, "PATCH", path, data, Upload_Offset=offset, **headers)


def test_a_program_uploads_in_parts_and_asks_in_between_how_much_is_there(asker, path, folder):
    first = send(asker, path, b"four")
    between = ask(asker, "HEAD", path)
    last = send(asker, path, b"andsix", int(between["Upload-Offset"]))

    assert (first.status_code, between.status_code, last.status_code) == (204, 200, 204)
    assert (between["Upload-Offset"], between["Upload-Length"]) == ("4", "10")
    assert [file.read_bytes() for file in folder.iterdir()] == [b"fourandsix"]
    assert last["Tus-Resumable"] == "1.0.0"


def test_the_course_may_be_named_in_the_metadata(asker, course):
    metadata = f"filename {in_base64('a.txt')},course {in_base64(str(course.pk))}"

    answer = announce(asker, None, 10, Upload_Metadata=metadata)

    upload = Upload.objects.get()
    assert (answer.status_code, upload.course) == (201, course)
    assert answer["Location"] == f"http://testserver{UPLOADS}{upload.pk}/"


@pytest.mark.parametrize("course_id", [None, "", "x", "-1", "9" * 30])
def test_a_file_for_no_course_is_refused(asker, course_id):
    metadata = f"filename {in_base64('a.txt')}"
    if course_id is not None:
        metadata += f",course {in_base64(course_id)}"

    answer = announce(asker, None, 10, Upload_Metadata=metadata)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "course")


def test_two_courses_for_one_file_are_refused(asker, course):
    metadata = f"filename {in_base64('a.txt')},course {in_base64('7')}"

    assert announce(asker, course, 10, Upload_Metadata=metadata).status_code == 400
    assert not Upload.objects.exists()


def test_passwords_and_sessions_may_upload_too(owner, course):
    by_password = announce(Client(headers=basic(owner)), course, 10)
    by_session = announce(browser_of(owner), course, 10)

    assert (by_password.status_code, by_session.status_code) == (201, 201)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_session_without_its_token_against_forgery_is_refused(owner, course, path, method):
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(owner)

    answer = ask(forger, method, path, b"four", Upload_Offset=0, X_HTTP_Method_Override="PATCH")

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_other_scopes_do_not_reach_an_upload(owner, path, scope, method):
    answer = ask(program(owner, scope), method, path, b"four", Upload_Offset=0)

    assert answer.status_code == 403
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
def test_other_scopes_announce_nothing(owner, course, scope):
    answer = announce(program(owner, scope), course, 10)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope")


def test_a_visitor_is_told_to_sign_in(course, path):
    assert announce(Client(), course, 10).status_code == 401
    assert send(Client(), path, b"four").status_code == 401


def test_a_student_uploads_nothing(course):
    assert announce(program(make_user()), course, 10).status_code == 403


def test_an_instructor_uploads_nothing_to_a_course_of_others(course):
    other = program(make_instructor())
    seen = announce(other, course, 10).status_code
    Course.objects.update(status=Course.Status.DRAFT)

    assert (seen, announce(other, course, 10).status_code) == (403, 404)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_the_upload_of_another_is_not_there_for_co_instructors(course, path, method):
    colleague = make_instructor()
    course.co_instructors.add(colleague)

    answer = ask(program(colleague), method, path, b"four", Upload_Offset=0)

    assert answer.status_code == 404
    assert Upload.objects.get().received == 0


def test_who_is_no_instructor_any_more_goes_on_with_nothing(owner, asker, path):
    owner.groups.clear()

    assert send(asker, path, b"four").status_code == 403
    assert Upload.objects.get().received == 0


def test_a_course_in_the_trash_takes_nothing(asker, course, path):
    Course.objects.update(trashed_at=timezone.now())

    assert announce(asker, course, 10).status_code == 404
    assert send(asker, path, b"four").status_code == 404


@pytest.mark.parametrize("offset", [1, 5, 10])
def test_a_part_from_elsewhere_is_a_conflict(asker, path, offset):
    answer = send(asker, path, b"four", offset)

    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
    assert answer.json()["code"] == "offset"


def test_the_same_part_twice_is_taken_once(asker, path):
    first, again = send(asker, path, b"four"), send(asker, path, b"four")

    assert (first.status_code, again.status_code) == (204, 409)
    assert Upload.objects.get().received == 4


def test_of_two_who_send_at_once_one_is_told_to_wait(asker, path, folder):
    with held(next(folder.iterdir())):
        answer = send(asker, path, b"four")

    assert (answer.status_code, answer.json()["code"]) == (423, "in_use")


def test_more_than_was_announced_is_refused(asker, path):
    answer = send(asker, path, b"eleven bytes")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_much")


def test_a_part_that_does_not_add_up_is_refused(asker, path):
    answer = send(asker, path, b"four", Upload_Checksum=f"sha256 {in_base64('x')}")

    assert (answer.status_code, answer.json()["code"]) == (460, "checksum")
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize(
    ("size", "name", "status", "code"),
    [
        (0, "a.txt", 400, "empty"),
        (2**50, "a.txt", 413, "size"),
        (10, "a.html", 415, "ending"),
        (10, "run.exe", 415, "ending"),
    ],
)
def test_a_file_that_would_be_refused_is_refused_at_once(asker, course, size, name, status, code):
    answer = announce(asker, course, size, name)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("length", ["", "-1", "1.5", "ten"])
def test_a_size_that_is_none_is_refused(asker, course, length):
    answer = announce(asker, course, length)

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_a_course_without_room_refuses_at_once(asker, course, settings):
    settings.EDUCA_COURSE_QUOTA = 5

    answer = announce(asker, course, 10)

    assert (answer.status_code, answer.json()["code"]) == (413, "quota")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_not_what_its_name_says_goes_with_its_last_part(asker, course, folder):
    path = announce(asker, course, 4, "a.pdf")["Location"]

    answer = send(asker, path, b"four")

    assert (answer.status_code, answer.json()["code"]) == (415, "contents")
    assert (Upload.objects.exists(), list(folder.iterdir())) == (False, [])


def test_a_part_has_to_say_that_it_is_one(asker, path):
    answer = send(asker, path, b"four", Content_Type="application/octet-stream")

    assert (answer.status_code, answer["Accept-Patch"]) == (415, "application/offset+octet-stream")


def test_another_version_of_the_protocol_is_refused(asker, path):
    answer = send(asker, path, b"four", Tus_Resumable="0.2.2")

    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert Upload.objects.get().received == 0


def test_the_server_says_what_it_can(asker, settings):
    answer = ask(asker, "OPTIONS", UPLOADS)

    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Max-Size"] == str(settings.EDUCA_MAX_UPLOAD)


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_given_up_leaves_nothing(asker, path, folder):
    assert ask(asker, "DELETE", path).status_code == 204
    assert ask(asker, "HEAD", path).status_code == 404
    assert list(folder.iterdir()) == []


def test_an_upload_whose_bytes_are_gone_is_gone(asker, path, folder):
    next(folder.iterdir()).unlink()

    assert ask(asker, "HEAD", path).status_code == 404
    assert send(asker, path, b"four").status_code == 404


def test_an_announcement_that_is_sent_again_expects_one_file(asker, course):
    key = {"Idempotency_Key": "one"}
    first, again = announce(asker, course, 10, **key), announce(asker, course, 10, **key)

    assert (again.status_code, again["Location"]) == (201, first["Location"])
    assert announce(asker, course, 11, **key).status_code == 422
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_other_methods_are_not_known(asker, path, method):
    answer = ask(asker, method, path)

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)


def test_an_upload_that_is_not_there_is_not_found(asker):
    assert ask(asker, "HEAD", f"{UPLOADS}{uuid4()}/").status_code == 404


def test_a_whole_file_of_a_program_is_there_to_be_used(asker, course):
    path = announce(asker, course, len(PDF), "Paper.pdf")["Location"]
    send(asker, path, PDF)

    assert Upload.objects.get().is_whole
