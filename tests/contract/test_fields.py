"""Which fields each answer has, for whom: compared with a list in the repository.

A field that is new, or that somebody else sees now, shows as a change of `fields.json`.
`EDUCA_TEST_REWRITE=yes` writes it anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.contract.description import readings
from tests.contract.place import ROLES, Place

pytestmark = pytest.mark.django_db

LIST = Path(__file__).with_name("fields.json")
EVERYBODY = [*ROLES, "stranger"]


def fields_of(value: Any, name: str = "") -> Iterator[str]:
    """The names of all fields, with dots for what is within; the data of each kind apart."""
    if isinstance(value, list):
        for each in value:
            yield from fields_of(each, f"{name}[]")
    elif isinstance(value, dict):
        kind = f"({value['kind']})" if "kind" in value and "data" in value else ""
        for key, below in value.items():
            field = f"{name}.{key}{kind if key == 'data' else ''}".strip(".")
            yield field
            yield from fields_of(below, field)


def asked(place: Place, label: str, role: str) -> Any:
    """The fields of the answer, or the status of a refusal."""
    by = place.headers[role][-1]
    answer = Client(headers=by).get(place.reading(label))
    if answer.status_code != 200:
        return answer.status_code
    return sorted(set(fields_of(answer.json())))


def grouped(place: Place, label: str) -> list[dict[str, Any]]:
    """What each gets; those who get the same together."""
    groups: list[dict[str, Any]] = []
    for role in EVERYBODY:
        fields = asked(place, label, role)
        same = next((group for group in groups if group["fields"] == fields), None)
        if same:
            same["for"].append(role)
        else:
            groups.append({"for": [role], "fields": fields})
    return groups


@pytest.fixture(scope="module")
def listed(place):
    """The list of the repository, written anew where somebody wants that."""
    if "EDUCA_TEST_REWRITE" in os.environ:
        found = {label: grouped(place, label) for label in readings()}
        LIST.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return json.loads(LIST.read_text(encoding="utf-8"))


@pytest.mark.parametrize("label", readings())
def test_each_answer_has_the_fields_of_the_list_and_no_other(place, listed, label):
    assert grouped(place, label) == listed.get(label), "EDUCA_TEST_REWRITE=yes writes the list anew"


def test_the_list_has_nothing_that_is_gone(listed):
    assert listed.keys() == set(readings())
