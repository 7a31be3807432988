"""What keeps the tests honest: a closed network, and no skipping where it counts."""

import socket

import pytest

from tests import services
from tests.missing import miss

pytestmark = pytest.mark.once


def test_a_test_reaches_no_other_machine() -> None:
    with socket.socket() as outward, pytest.raises(RuntimeError, match="not this machine"):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("variable", ["CI", "EDUCA_TEST_STRICT"])
def test_what_can_not_be_had_is_a_failure_where_it_counts(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "true")

    with pytest.raises(pytest.fail.Exception, match="Chromium is missing"):
        miss("Chromium is missing")


def test_what_can_not_be_had_is_skipped_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("EDUCA_TEST_STRICT", raising=False)

    with pytest.raises(pytest.skip.Exception, match="Chromium is missing"):
        miss("Chromium is missing")


def test_strictness_is_off_when_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    monkeypatch.delenv("EDUCA_TEST_STRICT", raising=False)

    assert not services.strict()
