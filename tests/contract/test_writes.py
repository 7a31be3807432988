"""A request changes what it is for, and nothing else; no field of a model can be slipped in."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from educa.courses.tests.factories import PDF
from tests.contract.description import labels
from tests.contract.place import Place
from tests.contract.rows import all_rows, difference, field_names
from tests.contract.writes import WITH_BODY, WITH_JSON, WRITES
from tests.undoing import undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

TEMPTING = {
    "id", "pk", "owner", "owner_id", "user", "user_id", "student", "author", "username", "password",
    "is_staff", "is_superuser", "is_active", "groups", "user_permissions", "course", "course_id",
    "module", "created", "updated", "order", "published", "published_at", "status", "price", "scopes",
    "content_type", "content_type_id", "object_id", "item", "completed_at", "digest", "sequence",
}  # fmt: skip
VALUES = [1, [1]]
NAMES = sorted({*field_names(), *TEMPTING})


def send(place: Place, label: str, body: Any) -> Any:
    """The answer to a request of the table, with this body."""
    write = WRITES[label]
    method, path = label.split()
    asker = Client(headers=place.headers[write.role][-1])
    where = write.address(path, place)
    if write.sends_file:
        texts = {name: str(value) for name, value in body.items()}
        return asker.post(where, {**texts, "file": SimpleUploadedFile("paper.pdf", PDF)})
    return asker.generic(method, where, json.dumps(body), "application/json")


@pytest.mark.parametrize("label", WRITES)
def test_a_request_changes_what_it_is_for_and_nothing_else(place, label):
    write = WRITES[label]
    before = all_rows()

    answer = send(place, label, write.body_at(place))

    assert answer.status_code == write.status, answer.content
    assert difference(before, all_rows()) == write.changes


@pytest.mark.parametrize("label", WITH_BODY)
def test_no_field_of_any_model_can_be_slipped_in(place, label):
    write, before = WRITES[label], all_rows()
    slipped = [name for name in NAMES if name not in write.fields()]

    answer = send(place, label, write.body_at(place) | dict.fromkeys(slipped, 1))

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == slipped
    assert difference(before, all_rows()) == set()


@pytest.mark.parametrize("label", WITH_BODY)
def test_no_tempting_field_is_taken_on_its_own(place, label):
    write, before = WRITES[label], all_rows()
    tried = [(name, value) for name in sorted(TEMPTING - write.fields()) for value in VALUES]

    statuses = {
        send_undone(place, label, write.body_at(place) | {name: value}) for name, value in tried
    }

    assert statuses == {400}
    assert difference(before, all_rows()) == set()


@pytest.mark.parametrize(
    "within",
    [
        {"content_type": 1, "object_id": 1},
        {"owner": 1},
        {"id": 1, "content": "# Light"},
        {"file": "/etc/passwd"},
    ],
)
def test_the_data_of_a_content_take_its_own_fields_only(place, within):
    label, before = "POST /api/contents/", all_rows()
    body = WRITES[label].body_at(place) | {"data": within}

    answer = send(place, label, body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("data.")
    assert difference(before, all_rows()) == set()


@pytest.mark.parametrize("kind", ["user", "content", "accesstoken", "captiontrack", "", "Text", 4])
def test_a_content_of_no_registered_kind_is_refused(place, kind):
    label, before = "POST /api/contents/", all_rows()

    answer = send(place, label, WRITES[label].body_at(place) | {"kind": kind, "data": {}})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kind")
    assert difference(before, all_rows()) == set()


@pytest.mark.parametrize("label", WITH_JSON)
@pytest.mark.parametrize("body", [[], [{}], "x", 1, True, None])
def test_a_body_that_is_no_object_is_refused(place, label, body):
    before = all_rows()

    answer = send(place, label, body)

    assert answer.status_code == 400, answer.content
    assert difference(before, all_rows()) == set()


def test_every_request_that_changes_something_has_a_row():
    assert WRITES.keys() == set(labels("POST", "PUT", "PATCH", "DELETE")), "add it to writes.py"


def send_undone(place: Place, label: str, body: Any) -> int:
    """The status of the answer; what it changed is undone."""
    with undone():
        return int(send(place, label, body).status_code)
