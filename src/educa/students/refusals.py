"""Why somebody is not let into a course, in words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Course

NOT_PUBLISHED, TEACHES, CLOSED, NO_CODE, WRONG_CODE, APPROVAL, FULL, TOO_FEW = (
    "not-published", "teaches", "closed", "no-code", "wrong-code", "approval", "full", "too-few",
)  # fmt: skip

WORDS = {
    NOT_PUBLISHED: _("“%(title)s” takes no students at present."),
    TEACHES: _("Who teaches “%(title)s” is no student of it."),
    CLOSED: _("“%(title)s” is closed: its instructors add the students themselves."),
    NO_CODE: _("“%(title)s” is for those who have its invitation code."),
    WRONG_CODE: _("This is not the invitation code of “%(title)s”. Ask whoever gave it to you."),
    APPROVAL: _("An instructor of “%(title)s” decides who is enrolled."),
    FULL: _("All places of “%(title)s” are taken."),
    TOO_FEW: _("“%(title)s” has not enough places left for all of them. Nobody was enrolled."),
}


class Refused(ValidationError):
    """Somebody is not let into a course; `code` is one of the constants above."""

    code: str

    def __init__(self, code: str, course: Course) -> None:
        super().__init__(WORDS[code], code=code, params={"title": course.title})

    @property
    def words(self) -> str:
        """The reason as a sentence."""
        return " ".join(self.messages)
