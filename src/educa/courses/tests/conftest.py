"""What tests of courses share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Stored = Callable[[], list[str]]


@pytest.fixture
def stored(settings, tmp_path: Path) -> Iterator[Stored]:
    """Lists the files in a media folder of the test's own, which must be empty again at its end."""
    root = tmp_path / "media"
    root.mkdir()
    settings.MEDIA_ROOT = root

    def names() -> list[str]:
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    yield names
    assert names() == []
