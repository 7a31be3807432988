"""The API describes itself, and a change to it shows."""

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tools import openapi


def test_the_file_in_the_repository_is_what_the_code_says():
    written = openapi.DOCUMENT.read_text(encoding="utf-8")

    assert written == openapi.described(), "run `make openapi`, and look at what it changes"


def test_the_description_is_valid():
    validate_schema(SchemaGenerator().get_schema(request=None, public=True))


@pytest.mark.django_db
def test_every_site_gives_its_description_to_everybody(client):
    answer = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert answer.json()["openapi"].startswith("3.1.")
    assert "/api/courses/{id}/enroll/" in answer.json()["paths"]


def test_every_request_may_be_refused_with_a_problem():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]

    operations = [operation for methods in paths.values() for operation in methods.values()]

    assert all("default" in operation["responses"] for operation in operations)


def test_the_reference_names_every_address():
    text = (openapi.DOCUMENT.parent / "api.md").read_text(encoding="utf-8")
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]

    named = {path.replace("{id}", "<id>") for path in paths}

    assert {path for path in named if f"`{path}`" not in text} == set()
