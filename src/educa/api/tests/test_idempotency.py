"""`Idempotency-Key`: what is sent again is carried out once, and answered alike."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from educa.accounts.tests.factories import make_user
from educa.api.duties import forget_repeatable_requests
from educa.api.models import RepeatableRequest, Scope
from educa.api.models.idempotency import ABANDONED
from educa.api.tests.asking import program
from educa.api.views import ApiView
from educa.courses.models import Subject

THINGS, OTHERS = "/things/", "/others/"
FIRST = {"title": "Physics"}


class ThingsView(ApiView):
    """Makes a subject, or fails as it is told."""

    scope = Scope.TEACH

    def post(self, request: Request) -> Response:
        """Make it."""
        if request.data.get("fails") == "ours":
            raise RuntimeError("our fault")
        if request.data.get("fails") == "theirs":
            raise exceptions.ValidationError({"fails": ["no"]})
        number = Subject.objects.count()
        Subject.objects.create(title=request.data["title"], slug=f"subject-{number}")
        return Response({"number": number}, status=201, headers={"Location": f"/things/{number}/"})


urlpatterns = [
    path(THINGS[1:], ThingsView.as_view()),
    path(OTHERS[1:], ThingsView.as_view()),
    path("", include(settings.ROOT_URLCONF)),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def post(asker: Client, data: dict[str, Any], key: str | None = "one", where: str = THINGS) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return asker.post(where, data, "application/json", headers=headers)


def test_a_request_that_is_sent_again_is_carried_out_once_and_answered_alike():
    asker = program(make_user())
    first, again = post(asker, FIRST), post(asker, FIRST)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["Location"]) == (first.json(), first["Location"])
    assert again["Content-Type"] == first["Content-Type"]
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Subject.objects.count() == 1


def test_without_a_key_each_request_is_carried_out():
    asker = program(make_user())
    post(asker, FIRST, key=None)
    post(asker, FIRST, key=None)

    assert Subject.objects.count() == 2
    assert not RepeatableRequest.objects.exists()


def test_another_body_under_the_same_key_is_refused():
    asker = program(make_user())
    post(asker, FIRST)

    answer = post(asker, {"title": "History"})

    assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")
    assert Subject.objects.count() == 1


def test_another_address_under_the_same_key_is_refused():
    asker = program(make_user())
    post(asker, FIRST)

    assert post(asker, FIRST, where=OTHERS).status_code == 422


def test_the_same_key_of_somebody_else_is_another_one():
    post(program(make_user()), FIRST)

    answer = post(program(make_user()), {"title": "History"})

    assert (answer.status_code, "Idempotency-Replayed" in answer) == (201, False)
    assert Subject.objects.count() == 2


def test_two_tokens_of_one_person_share_their_keys():
    ada = make_user()
    post(program(ada), FIRST)

    assert post(program(ada), FIRST)["Idempotency-Replayed"] == "true"
    assert Subject.objects.count() == 1


def test_a_refusal_is_answered_alike():
    asker = program(make_user())
    wrong = {"fails": "theirs"}
    first, again = post(asker, wrong), post(asker, wrong)

    assert (first.status_code, again.status_code) == (400, 400)
    assert (again.json(), again["Content-Type"]) == (first.json(), "application/problem+json")


def test_what_failed_for_our_fault_may_be_tried_anew():
    asker = program(make_user())
    asker.raise_request_exception = False
    broken = post(asker, {"fails": "ours"})

    assert broken.status_code == 500
    assert not RepeatableRequest.objects.exists()
    assert post(asker, FIRST).status_code == 201


def test_who_may_not_do_it_claims_no_key():
    ada = make_user()

    assert post(program(ada, Scope.READ), FIRST).status_code == 403
    assert post(Client(), FIRST).status_code == 401
    assert post(program(ada), FIRST).status_code == 201


def test_a_request_that_is_under_way_is_refused_for_now():
    asker = program(make_user())
    post(asker, FIRST)
    RepeatableRequest.objects.update(status=None, begun_at=timezone.now())

    answer = post(asker, FIRST)

    assert (answer.status_code, answer.json()["code"]) == (409, "under-way")
    assert Subject.objects.count() == 1


def test_a_request_whose_server_died_may_be_tried_anew():
    asker = program(make_user())
    post(asker, FIRST)
    long_ago = timezone.now() - ABANDONED - timedelta(seconds=1)
    RepeatableRequest.objects.update(status=None, begun_at=long_ago)

    assert post(asker, FIRST).status_code == 201
    assert Subject.objects.count() == 2


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\tb", "é\x85"])
def test_a_key_that_is_none_is_refused(key):
    answer = post(program(make_user()), FIRST, key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "key")
    assert not Subject.objects.exists()


def test_reading_takes_no_notice_of_a_key():
    asker = program(make_user())

    assert asker.get("/api/courses/", headers={"Idempotency-Key": "one"}).status_code == 200
    assert not RepeatableRequest.objects.exists()


def test_requests_are_forgotten_after_seven_days():
    asker = program(make_user())
    post(asker, FIRST, key="old")
    RepeatableRequest.objects.update(begun_at=timezone.now() - timedelta(days=7, minutes=1))
    post(asker, FIRST, key="new")

    forget_repeatable_requests()

    assert list(RepeatableRequest.objects.values_list("key", flat=True)) == ["new"]
