"""Fixtures of the tests of imports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from educa.courses.models import Attachment, Content, Course


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: "pytest.FixtureRequest") -> Path:
    """A folder of its own for the files of each test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def stored(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


@pytest.fixture
def nothing_left(db: None, media: Path) -> Iterator[None]:
    """After the test there is neither a row nor a file of any course."""
    yield
    assert not Course.objects.exists()
    assert not Content.objects.exists()
    assert not Attachment.objects.exists()
    assert stored(media) == []
