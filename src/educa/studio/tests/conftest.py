"""What tests of the studio share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from educa.accounts.tests.factories import make_instructor
from educa.studio.tests.uploading import Uploader

Stored = Callable[[], list[str]]


@pytest.fixture
def stored(settings, tmp_path: Path) -> Stored:
    """Lists the files in a media folder of the test's own."""
    root = tmp_path / "media"
    root.mkdir()
    settings.MEDIA_ROOT = root
    return lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def kept(settings, tmp_path: Path) -> Callable[[], list[Path]]:
    """Lists the files that are there: stored ones, and those that arrive."""
    folders = [tmp_path / "media", tmp_path / "uploads"]
    settings.MEDIA_ROOT, settings.EDUCA_UPLOAD_DIR = folders
    for folder in folders:
        folder.mkdir()
    return lambda: [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]


@pytest.fixture
def uploader(db) -> Uploader:
    """An instructor's script."""
    return Uploader(make_instructor())
