"""The settings under which the benchmark sees what a page costs that is not cached."""

from importlib import import_module

import pytest

from educa.lib import remembering

pytestmark = pytest.mark.once


def test_nothing_is_at_hand_and_the_cache_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remembering._at_hand, "room", remembering.AT_HAND)
    uncached = import_module("bench.uncached")

    assert remembering._at_hand.room == 0
    assert "DummyCache" in uncached.CACHES["default"]["BACKEND"]
