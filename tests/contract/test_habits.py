"""Methods, formats and media types that are not there, at every address."""

from typing import Any

import pytest
from django.test import Client

from tests.contract.description import described, labels, methods_of
from tests.contract.place import Place
from tests.contract.writes import WRITES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

PROBLEM = "application/problem+json"
ALL = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]
HEAD_ALONE = {"/api/uploads/{id}/"}  # as tus has it; the description leaves it out
PATHS = list(described()["paths"])
# Bytes out, and bytes in by a protocol of their own, which is asked for first.
IN_BYTES = {"GET /api/transfers/{id}/file/", *(label for label in WRITES if "/uploads/" in label)}
LANGUAGES = ["text/csv", "text/plain", "application/x-www-form-urlencoded", "application/xml"]


def in_json(*methods: str) -> list[str]:
    """Each request with one of these methods that is answered in JSON."""
    return [label for label in labels(*methods) if label not in IN_BYTES]


def program(place: Place, role: str = "administrator", way: int = 0, **headers: str) -> Client:
    """Somebody who may do much, by token or by password, with more headers."""
    return Client(headers={**place.headers[role][way], **headers})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("way", [0, -1], ids=["token", "password"])
def test_a_method_that_is_not_there_is_refused_and_those_that_are_are_named(place, path, way):
    asker = program(place, "administrator", way)

    answers = answers_to_missing(asker, place, path)

    assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(405, PROBLEM)}
    assert {frozenset(answer["Allow"].split(", ")) for answer in answers} == {allowed(path)}


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_is_not_there_is_refused_to_visitors_too(place, path):
    answers = answers_to_missing(Client(), place, path)

    assert {answer.status_code for answer in answers} <= {401, 405}
    assert {answer["Content-Type"] for answer in answers} == {PROBLEM}


def answers_to_missing(asker: Client, place: Place, path: str) -> list[Any]:
    """The answers to all methods that an address does not have."""
    missing = [method for method in ALL if method not in methods_of(path)]
    address = place.address(path)
    return [asker.generic(method, address, "{}", "application/json") for method in missing]


def allowed(path: str) -> frozenset[str]:
    """The methods that an address has; HEAD comes with GET."""
    methods = {*methods_of(path), "OPTIONS"}
    has_head = "GET" in methods or path in HEAD_ALONE
    return frozenset(methods | {"HEAD"} if has_head else methods)


@pytest.mark.parametrize("label", in_json("GET", "POST", "PATCH", "DELETE"))
def test_a_format_that_is_not_there_is_refused(place, label):
    method, path = label.split()
    asker = program(place, "student", -1, Accept="application/xml")

    answer = asker.generic(method, place.address(path), "{}", "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (406, PROBLEM)


@pytest.mark.parametrize("label", in_json("POST", "PUT", "PATCH"))
def test_a_body_in_a_language_that_is_not_spoken_is_refused(place, label):
    method, path = label.split()
    write = WRITES[label]
    asker, address = program(place, write.role, -1), write.address(path, place)

    answers = [asker.generic(method, address, "a,b", language) for language in LANGUAGES]

    assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(415, PROBLEM)}


@pytest.mark.parametrize("path", PATHS)
def test_options_tell_the_methods(place, path):
    answer = program(place, way=-1).options(place.address(path))

    assert set(answer["Allow"].split(", ")) == allowed(path)


@pytest.mark.parametrize("label", in_json("GET"))
def test_head_is_get_without_a_body(place, label):
    address = place.address(label.removeprefix("GET "))
    asker = program(place, "student", -1)

    answer = asker.head(address)

    assert (answer.status_code, answer.content) == (asker.get(address).status_code, b"")


@pytest.mark.parametrize("label", labels("POST", "PUT", "PATCH", "DELETE"))
def test_who_is_not_signed_in_changes_nothing_and_is_told_how(place, label):
    method, path = label.split()

    answer = Client().generic(method, place.address(path), "{}", "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"].startswith("Bearer")
