"""What readers would miss in a course, as kinds of content and the checks before publishing say it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Severity(StrEnum):
    """A problem keeps a course from being published; advice does not."""

    PROBLEM = "problem"
    ADVICE = "advice"


@dataclass(frozen=True)
class Matter:
    """One sort of thing that may be amiss: a heading for all that have it, and why it matters.

    `brief` says it beside a single one that has it; where there is none, only the heading tells of it.
    """

    words: str | Promise
    reason: str | Promise
    severity: Severity = Severity.ADVICE
    brief: str | Promise = ""


@dataclass(frozen=True)
class ItemFinding:
    """That something is amiss with the item of this key; `detail` says what precisely, if there is more to say."""

    item: int
    matter: Matter
    detail: str | Promise = ""


NO_ALTERNATIVE_TEXT = Matter(
    _("Pictures without alternative text"),
    _(
        "People who can't see a picture hear its alternative text instead. Mark a picture that only"
        " decorates the page as decoration."
    ),
    brief=_("no alternative text"),
)
NO_CAPTIONS = Matter(
    _("Videos without captions"),
    _("People who can't hear a video, or keep its sound off, read the captions."),
    brief=_("no captions"),
)
