"""Every request that changes something: who asks it, with what, and what it changes."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.contract.place import Place

CLIENT_ID = UUID("6f2f0d3a-6c0b-4d6f-9c5e-0d3a6f2f6c0b")


@dataclass(frozen=True)
class Write:
    """A request that is carried out, and everything that is different afterwards.

    `body` names ids by their place among those that there are: `{course}` is the first course,
    `{course:3}` the fourth. `takes` are all fields that may be sent, those of `body` and others.
    """

    role: str
    body: dict[str, Any] = field(default_factory=dict)
    changes: set[str] = field(default_factory=set)
    takes: set[str] = field(default_factory=set)
    address: str = ""  # where it is not that of the first ids
    status: int = 200

    def fields(self) -> set[str]:
        """The names that may be sent."""
        return self.takes | self.body.keys()

    def body_at(self, place: Place) -> dict[str, Any]:
        """The body with the ids of what is there."""
        return {name: resolved(value, place) for name, value in self.body.items()}


def resolved(value: Any, place: Place) -> Any:
    """A value with ids in the place of words."""
    if isinstance(value, dict):
        return {name: resolved(each, place) for name, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, place) for each in value]
    if isinstance(value, str) and value.startswith("{"):
        word, _colon, number = value.strip("{}").partition(":")
        return place.ids_of(word)[int(number or 0)]
    return value


SAID = {  # one's own message one has read
    "+chat_message",
    "+chat_event",
    "chat_room.last_sequence",
    "chat_readmark.sequence",
    "chat_readmark.read_at",
}

WRITES: dict[str, Write] = {
    "POST /api/courses/{id}/enroll/": Write(
        "stranger", {}, {"+students_enrollment"}, takes={"code"}
    ),
    "POST /api/courses/{id}/unenroll/": Write("student", {}, {"students_enrollment.left_at"}),
    "POST /api/courses/{id}/progress/": Write(
        "student",
        {"content": "{content:1}", "done": True},
        {"+students_completion", "+students_position", "students_enrollment.last_active_at"},
    ),
    "POST /api/courses/{id}/messages/": Write(
        "student",
        {"message": "Why?", "client_id": str(CLIENT_ID)},
        SAID,
        takes={"reply_to", "content", "paragraph", "second"},
        status=201,
    ),
    "POST /api/tokens/": Write(
        "student",
        {"name": "Script", "scopes": ["read"], "expires_at": None},
        {"+api_accesstoken"},
        status=201,
    ),
    "DELETE /api/tokens/{id}/": Write("student", {}, {"-api_accesstoken"}, status=204),
}

WITH_BODY = [label for label in WRITES if not label.startswith("DELETE")]
"""Those that read what is sent along."""
