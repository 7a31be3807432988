"""How the record tells of acts."""

import pytest

from educa.chat.models import Act
from educa.chat.models.moderating import span_in_words

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (90, "90 seconds"), (60, "1 minute"), (7200, "2 hours"), (604800, "7 days")],
)
def test_a_span_is_told_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    assert span_in_words(seconds) == words


@pytest.mark.parametrize(
    ("act", "details"),
    [
        (Act(verb="mute", data={"minutes": 60}), "1 hour"),
        (Act(verb="mute", data={"minutes": None}), ""),
        (Act(verb="slow", data={"seconds": 0}), "off"),
        (Act(verb="people", data={"shows": False}), "hidden"),
        (Act(verb="pin", data={}), ""),
    ],
)
def test_details_say_what_the_verb_does_not(act: Act, details: str) -> None:
    assert act.details == details
