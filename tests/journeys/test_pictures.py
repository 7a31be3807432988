"""The pictures of the documents, taken only when EDUCA_TEST_PICTURES is set."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Arrive

IMAGES = Path(__file__).resolve().parents[2] / "docs/images"
pytestmark = pytest.mark.once


def test_picture_of_the_catalogue(arrive: Arrive) -> None:
    visitor = arrive(width=1280)
    visitor.visit("/")
    IMAGES.mkdir(exist_ok=True)

    written = visitor.page.screenshot(path=IMAGES / "catalogue.png")

    assert written.startswith(b"\x89PNG")
