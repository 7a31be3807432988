"""Why something is not done in a room, in words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EMPTY, TOO_LONG, CHARACTERS, CLOSED, MUTED, TOO_FAST, SLOW, NO_MESSAGE, NO_CONTENT, TAKEN = (
    "empty", "too-long", "characters", "closed", "muted", "too-fast", "slow", "no-message", "no-content", "taken",
)  # fmt: skip
TOO_LATE, NOT_YOURS, NO_PICTURE, SIGN, FORBIDDEN, MALFORMED, SELF, NO_PERSON, NO_ROOM, SIGNED_OUT = (
    "too-late", "not-yours", "no-picture", "sign", "forbidden", "malformed", "self", "no-person", "no-room", "signed-out",
)  # fmt: skip
UNAVAILABLE, SOMEBODY_ELSE = "unavailable", "somebody-else"

WORDS = {
    EMPTY: _("Write something first."),
    TOO_LONG: _("A message has at most %(most)s characters; this one has %(length)s."),
    CHARACTERS: _("This message has characters in it that can’t be shown."),
    CLOSED: _("The room is closed: only instructors write here now."),
    MUTED: _("An instructor has muted you in this room."),
    TOO_FAST: _("You write very fast. Try again in %(seconds)s s."),
    SLOW: _("Slow mode: you can write again in %(seconds)s s."),
    NO_MESSAGE: _("The message is not there any more."),
    NO_CONTENT: _("The content is not there any more."),
    TAKEN: _("This was sent before, to another room."),
    TOO_LATE: _("It is too late to change this message."),
    NOT_YOURS: _("Only its author can change a message."),
    NO_PICTURE: _("This file is no picture that can be shown."),
    SIGN: _("Choose one of the signs that are offered."),
    FORBIDDEN: _("You can’t do this in this room."),
    MALFORMED: _("This can’t be understood."),
    SELF: _("This can’t be done to yourself or to another instructor."),
    UNAVAILABLE: _("The site can’t store anything now. Another try follows."),
    NO_PERSON: _("Nobody of that name is in this room."),
    NO_ROOM: _("This room is not there, or you are not in its course."),
    SOMEBODY_ELSE: _("Somebody else is signed in."),
    SIGNED_OUT: _("You are signed out. Sign in again to go on."),
}

STATUS = {
    FORBIDDEN: 403, NOT_YOURS: 403, MUTED: 403, CLOSED: 403, TOO_LATE: 403, NO_MESSAGE: 404, NO_CONTENT: 404,
    NO_PERSON: 404, NO_ROOM: 404, SIGNED_OUT: 401, TOO_LONG: 413, TAKEN: 409, SOMEBODY_ELSE: 409, TOO_FAST: 429, SLOW: 429,
    UNAVAILABLE: 503,
}  # fmt: skip


class Refused(ValidationError):
    """Something is not done; `code` is one of the constants above, `retry_after` in seconds where waiting helps."""

    code: str

    def __init__(self, code: str, *, retry_after: int | None = None, **params: Any) -> None:
        if retry_after is not None:
            params["seconds"] = retry_after
        super().__init__(WORDS[code], code=code, params=params)
        self.retry_after = retry_after

    @property
    def words(self) -> str:
        """The reason as a sentence."""
        return " ".join(self.messages)

    @property
    def status(self) -> int:
        """The HTTP status that says so."""
        return STATUS.get(self.code, 400)
