"""Which kind an uploaded file becomes."""

import pytest

from educa.courses.kinds import registry
from educa.courses.kinds.file import FileForm
from educa.courses.kinds.registry import Kind, kind_taking, kinds

pytestmark = pytest.mark.once


def kind_for(name, *upload_types):
    """A kind of others."""
    model = type(name, (), {"upload_types": upload_types, "_meta": None})
    return Kind(model, FileForm, "file", 100)


@pytest.fixture
def others(monkeypatch):
    """Registers kinds after those that are there."""

    def register(*added):
        known = {kind.name: kind for kind in kinds()}
        more = {str(number): kind for number, kind in enumerate(added)}
        monkeypatch.setattr(registry, "_kinds", known | more)

    return register


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("image/png", "image"),
        ("video/mp4", "video"),
        ("audio/mpeg", "video"),
        ("audio/midi", "file"),
        ("application/pdf", "file"),
        ("text/vtt", "file"),
    ],
)
def test_it_is_the_kind_that_shows_it_best(media_type, name):
    assert kind_taking(media_type).name == name


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_our_own_kinds_changes_nothing(monkeypatch, order):
    known = {kind.name: kind for kind in kinds()[::order]}
    monkeypatch.setattr(registry, "_kinds", known)

    assert kind_taking("image/png").name == "image"
    assert kind_taking("application/pdf").name == "file"


def test_a_kind_of_others_comes_before_ours(others):
    gallery = kind_for("Gallery", "image/")
    others(gallery)

    assert kind_taking("image/png") is gallery


def test_who_names_a_type_more_exactly_comes_first(others):
    score, anything = kind_for("Score", "audio/midi"), kind_for("Anything", "audio/", "")
    others(score, anything)

    assert kind_taking("audio/midi") is score
    assert kind_taking("application/pdf") is anything


def test_a_kind_without_a_word_about_it_takes_nothing(others):
    others(kind_for("Quiz"))

    assert kind_taking("application/pdf").name == "file"
