"""What holds for every request: parameters, methods, types of bodies, keys of forms, faults of ours."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.urls import include, path
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.models import RepeatableRequest, Scope
from educa.api.tests.asking import browser_of, program
from educa.api.views import ApiView
from educa.chat.models import Message
from educa.courses.models import Subject
from educa.courses.tests.factories import make_course

PROBLEM = "application/problem+json"
FAULTS = {
    "ours": RuntimeError("secret"),
    "database": OperationalError("away"),
    "disk": OSError(28, "full"),
    "strange": SuspiciousOperation("strange"),
    "bad": BadRequest("bad"),
}


class FormsView(ApiView):
    """Takes a form with a file, or fails as it is told."""

    scope = Scope.TEACH
    parser_classes = [JSONParser, MultiPartParser, FormParser]

    def get(self, request: Request) -> Response:
        """Nothing."""
        return Response({})

    def post(self, request: Request) -> Response:
        """Say how long the file is, and count."""
        if fault := FAULTS.get(request.data.get("fault", "")):
            raise fault
        number = Subject.objects.count()
        Subject.objects.create(title="Made", slug=f"made-{number}")
        file = request.data.get("file")
        return Response({"number": number, "length": len(file.read()) if file else 0})


urlpatterns = [
    path("api/forms/", FormsView.as_view()),
    path("", include(settings.ROOT_URLCONF)),
]
handler400 = "educa.config.views.bad_request"
handler500 = "educa.config.views.server_error"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

FORMS = "/api/forms/"


def post_form(asker: Client, boundary: str, data: bytes = b"four", **fields: str) -> Any:
    """A form with a file, between boundaries of this name."""
    file = SimpleUploadedFile("a.txt", data, "text/plain")
    body = encode_multipart(boundary, {"file": file, **fields})
    kind = MULTIPART_CONTENT.replace("BoUnDaRyStRiNg", boundary)
    return asker.generic("POST", FORMS, body, kind, headers={"Idempotency-Key": "one"})


# Forms that are sent again


def test_a_form_that_is_sent_again_between_other_boundaries_is_the_same():
    asker = program(make_user())

    first, again = post_form(asker, "aaaa", title="x"), post_form(asker, "longer", title="x")

    assert (first.json(), again["Idempotency-Replayed"]) == ({"number": 0, "length": 4}, "true")
    assert Subject.objects.count() == 1


@pytest.mark.parametrize("change", [{"data": b"five"}, {"title": "y"}, {"more": "x"}])
def test_a_form_with_another_file_or_field_of_the_same_length_is_another(change):
    asker = program(make_user())
    post_form(asker, "aaaa", title="x")

    answer = post_form(asker, "aaaa", **({"title": "x"} | change))

    assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")
    assert Subject.objects.count() == 1


def test_a_key_for_a_body_that_nobody_reads_is_refused_with_the_body():
    asker = program(make_user())

    answer = asker.post(FORMS, b"x", "text/plain", headers={"Idempotency-Key": "one"})

    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)
    assert not RepeatableRequest.objects.exists()


# Parameters


@pytest.mark.parametrize(
    "address",
    ["me/", "me/courses/", "courses/{pk}/", "courses/{pk}/contents/", "courses/{pk}/messages/", ""],
)
def test_a_parameter_that_is_not_known_is_refused_everywhere(address):
    course = make_course()
    where = f"/api/{address.format(pk=course.pk)}?nonsense=1"

    answer = program(course.owner).get(where)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "nonsense")


def test_who_means_only_to_try_where_that_is_not_possible_does_nothing():
    course = make_course()

    answer = program(make_user()).post(
        f"/api/courses/{course.pk}/enroll/?dry_run=true", {}, "application/json"
    )

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "dry_run")
    assert not course.enrollments.exists()


def test_a_parameter_that_comes_twice_is_refused(client):
    answer = client.get("/api/courses/?search=a&search=b")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "twice")


# Methods, types and addresses


@pytest.mark.parametrize("scope", Scope.values)
def test_a_method_that_is_not_there_is_so_for_every_scope(scope):
    answer = program(make_user(), scope).delete("/api/subjects/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "x" * 300, ""])
def test_a_type_of_body_that_is_not_read_is_refused_and_those_that_are_are_named(kind):
    course = make_course()
    enroll = f"/api/courses/{course.pk}/enroll/"

    answer = program(make_user()).generic("POST", enroll, b"{}", kind)

    assert (answer.status_code, answer["Accept"]) == (415, "application/json")
    assert answer["Content-Type"] == PROBLEM


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_sent_to_an_address_without_its_slash_is_refused_and_led_nowhere(method):
    asker = program(make_instructor())

    answer = asker.generic(method, "/api/courses", b"{}", "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("address", ["/api/a%0Ab/", "/api/%0A/", "/api//evil.example/"])
def test_strange_addresses_are_told_in_the_same_shape(client, address):
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


def test_an_address_without_its_slash_leads_to_the_same_site(client):
    answer = client.get("/api//evil.example?x=1")

    assert (answer.status_code, answer["Location"]) == (301, "/api//evil.example/?x=1")


# Faults


@pytest.mark.parametrize(("fault", "status"), [("ours", 500), ("database", 503), ("disk", 507)])
def test_a_fault_of_ours_is_a_problem_that_tells_nothing(fault, status):
    asker = program(make_user())
    asker.raise_request_exception = False

    answer = asker.post(FORMS, {"fault": fault}, "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert (answer.json()["status"], answer.json()["code"]) == (status, "server")
    assert b"secret" not in answer.content
    assert answer["Cache-Control"] == "no-store"


def test_a_database_that_is_away_may_be_back_soon():
    asker = program(make_user())
    asker.raise_request_exception = False

    assert asker.post(FORMS, {"fault": "database"}, "application/json")["Retry-After"] == "5"


@pytest.mark.parametrize("fault", ["strange", "bad"])
def test_what_is_strange_is_refused_as_a_problem(fault):
    answer = program(make_user()).post(FORMS, {"fault": fault}, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_a_page_that_fails_is_still_a_page(client, monkeypatch):
    monkeypatch.setattr("educa.courses.views.CourseListView.get", None)
    client.raise_request_exception = False

    assert client.get("/")["Content-Type"].startswith("text/html")


# Requests of other sites


def test_a_forged_request_to_the_api_is_told_so():
    ada = make_user()
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(ada)

    answer = forger.post(FORMS, {}, "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert answer.json()["code"] == "csrf"


def test_a_forged_message_is_a_problem_for_programs_and_a_page_for_people():
    course = make_course()
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(course.owner)
    room = f"/chat/room/{course.pk}/messages/"

    told = forger.post(room, {"message": "x"}, headers={"Accept": "application/json"})
    shown = forger.post(room, {"message": "x"}, headers={"Accept": "text/html"})

    assert (told.status_code, told["Content-Type"], told.json()["code"]) == (403, PROBLEM, "csrf")
    assert (shown.status_code, shown["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert not Message.objects.exists()


def test_a_session_with_its_token_may_send_forms_too():
    browser = browser_of(make_user())

    assert post_form(browser, "aaaa").json()["length"] == 4
