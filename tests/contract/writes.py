"""Every request that changes something: who asks it, with what, and what it changes."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.contract.place import Place

CLIENT_ID = UUID("6f2f0d3a-6c0b-4d6f-9c5e-0d3a6f2f6c0b")


@dataclass(frozen=True)
class Write:
    """A request that is carried out, and everything that is different afterwards.

    `body` names ids by their place among those that there are: `{course}` is the first course,
    `{course:3}` the fourth, `{course:-1}` the last, which is in the trash. `takes` are all fields that may be sent, those of `body` and others.
    """

    role: str
    body: dict[str, Any] = field(default_factory=dict)
    changes: set[str] = field(default_factory=set)
    takes: set[str] = field(default_factory=set)
    sends_file: bool = False  # as multipart, in the field `file`
    number: int = 0  # which of the ids stands in the address
    status: int = 200

    def fields(self) -> set[str]:
        """The names that may be sent."""
        return self.takes | self.body.keys() | ({"file"} if self.sends_file else set())

    def address(self, path: str, place: Place) -> str:
        """Where it is sent."""
        return place.address(path, self.number)

    def body_at(self, place: Place) -> dict[str, Any]:
        """The body with the ids of what is there."""
        return {name: resolved(value, place) for name, value in self.body.items()}


PLACEHOLDER = re.compile(r"\{(\w+)(?::(-?\d+))?\}")


def resolved(value: Any, place: Place) -> Any:
    """A value with ids in the place of words."""
    if isinstance(value, dict):
        return {name: resolved(each, place) for name, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, place) for each in value]
    found = PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    return place.ids_of(found[1])[int(found[2] or 0)] if found else value


SAID = {  # one's own message one has read
    "+chat_message",
    "+chat_event",
    "chat_room.last_sequence",
    "chat_readmark.sequence",
    "chat_readmark.read_at",
}

TEXT = {"content": "# Light"}
DESCRIBED = {"subject", "title", "slug", "overview", "cover"}
TOUCHED = "courses_course.updated"
ADDED = {"+courses_content", "+courses_text", "+courses_textversion", TOUCHED}
COPIED = {
    f"+courses_{noun}" for noun in ("content", "text", "file", "image", "video", "captiontrack")
}
TRASHED = {
    f"courses_{noun}.trashed_{how}" for noun in ("content", "module") for how in ("at", "by_id")
}

AUTHORING: dict[str, Write] = {
    "POST /api/attachments/": Write(
        "instructor",
        {"course": "{course}"},
        {"+courses_attachment", TOUCHED},
        status=201,
        sends_file=True,
    ),
    "DELETE /api/attachments/{id}/": Write(
        "instructor", {}, {"-courses_attachment", TOUCHED}, status=204
    ),
    "POST /api/courses/": Write(
        "instructor",
        {"subject": "{subject:1}", "title": "Tides"},
        {"+courses_course"},
        takes=DESCRIBED,
        status=201,
    ),
    "PATCH /api/courses/{id}/": Write(
        "instructor",
        {"title": "Tides"},
        {"courses_course.title", TOUCHED},
        takes=DESCRIBED,
    ),
    "DELETE /api/courses/{id}/": Write(
        "instructor", {}, {"courses_course.trashed_at", "courses_course.trashed_by_id"}, status=204
    ),
    "POST /api/courses/{id}/restore/": Write(
        "instructor", {}, {"courses_course.trashed_at", "courses_course.trashed_by_id"}, number=-1
    ),
    "POST /api/courses/{id}/publish/": Write(
        "instructor",
        {},
        {"courses_course.status", "courses_course.published_at", TOUCHED},
        number=1,
    ),
    "POST /api/courses/{id}/unpublish/": Write(
        "instructor", {}, {"courses_course.status", TOUCHED}
    ),
    "POST /api/courses/{id}/archive/": Write("instructor", {}, {"courses_course.status", TOUCHED}),
    "POST /api/courses/{id}/duplicate/": Write(
        "instructor",
        {},
        COPIED | {"+courses_course", "+courses_module", "+courses_attachment"},
        status=201,
    ),
    "POST /api/courses/{id}/reorder/": Write(
        "instructor", {"modules": ["{module:1}", "{module}"]}, {"courses_module.order", TOUCHED}
    ),
    "POST /api/modules/": Write(
        "instructor",
        {"course": "{course}", "title": "Sound"},
        {"+courses_module", TOUCHED},
        takes={"description", "order"},
        status=201,
    ),
    "PATCH /api/modules/{id}/": Write(
        "instructor",
        {"title": "Sound"},
        {"courses_module.title", TOUCHED},
        takes={"description"},
    ),
    "DELETE /api/modules/{id}/": Write("instructor", {}, TRASHED | {TOUCHED}, status=204),
    "POST /api/modules/{id}/restore/": Write(
        "instructor",
        {},
        {"courses_module.trashed_at", "courses_module.trashed_by_id", TOUCHED},
        number=-1,
    ),
    "POST /api/modules/{id}/duplicate/": Write(
        "instructor", {}, COPIED | {"+courses_module", "courses_module.order", TOUCHED}, status=201
    ),
    "POST /api/modules/{id}/move/": Write(
        "instructor", {"order": 1}, {"courses_module.order", TOUCHED}
    ),
    "POST /api/modules/{id}/reorder/": Write(
        "instructor",
        {"contents": ["{content:2}", "{content}", "{content:1}", "{content:4}"]},
        {"courses_content.order", TOUCHED},
    ),
    "POST /api/contents/": Write(
        "instructor",
        {"module": "{module}", "kind": "text", "title": "Light", "data": TEXT},
        ADDED,
        takes={"order", "upload"},
        status=201,
    ),
    "PATCH /api/contents/{id}/": Write(
        "instructor",
        {"title": "Light"},
        {"courses_text.title", "courses_text.updated", "+courses_textversion", TOUCHED},
        takes={"data", "upload"},
    ),
    "DELETE /api/contents/{id}/": Write(
        "instructor",
        {},
        {"courses_content.trashed_at", "courses_content.trashed_by_id", TOUCHED},
        status=204,
    ),
    "POST /api/contents/{id}/restore/": Write(
        "instructor",
        {},
        {
            "courses_content.trashed_at",
            "courses_content.trashed_by_id",
            "courses_content.order",
            TOUCHED,
        },
        number=-1,
    ),
    "POST /api/contents/{id}/duplicate/": Write(
        "instructor",
        {},
        {"+courses_content", "+courses_text", "courses_content.order", TOUCHED},
        status=201,
    ),
    "POST /api/contents/{id}/move/": Write(
        "instructor",
        {"order": 0, "module": "{module:1}"},
        {"courses_content.order", "courses_content.module_id", TOUCHED},
    ),
}

LEARNING: dict[str, Write] = {
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
}

TOKENS: dict[str, Write] = {
    "POST /api/tokens/": Write(
        "student",
        {"name": "Script", "scopes": ["read"], "expires_at": None},
        {"+api_accesstoken"},
        status=201,
    ),
    "DELETE /api/tokens/{id}/": Write("student", {}, {"-api_accesstoken"}, status=204),
}

PACKAGES: dict[str, Write] = {
    "POST /api/courses/{id}/export/": Write(
        "instructor", {}, {"+interchange_transfer"}, status=202
    ),
    "POST /api/transfers/": Write(
        "instructor",
        {"subject": "{subject}"},
        takes={"upload"},
        status=400,  # what is sent along is no package
        sends_file=True,
    ),
    "POST /api/transfers/{id}/import/": Write("instructor", {}, status=409, number=1),
}
UPLOADS: dict[str, Write] = {
    "POST /api/uploads/": Write("instructor", status=412),
    "PATCH /api/uploads/{id}/": Write("instructor", status=412),
    "DELETE /api/uploads/{id}/": Write("instructor", status=412),
}
"""In their own protocol, which `api/tests/test_uploads.py` speaks; without it nothing happens."""

WEBHOOKS: dict[str, Write] = {
    "POST /api/webhooks/": Write(
        "instructor",
        {"url": "https://hooks.example/", "events": ["course.published"]},
        {"+webhooks_webhook"},
        takes={"course", "is_active"},
        status=201,
    ),
    "PATCH /api/webhooks/{id}/": Write(
        "instructor",
        {"events": ["course.published"]},
        {"webhooks_webhook.events"},
        takes={"url", "course", "is_active"},
    ),
    "DELETE /api/webhooks/{id}/": Write(
        "instructor", {}, {"-webhooks_webhook", "-webhooks_delivery"}, status=204
    ),
    "POST /api/webhooks/{id}/rotate/": Write(
        "instructor",
        {},
        {f"webhooks_webhook.{name}" for name in ("secret", "old_secret", "old_secret_until")},
    ),
    "POST /api/webhooks/{id}/test/": Write("instructor", {}, {"+webhooks_delivery"}, status=202),
    "POST /api/deliveries/{id}/redeliver/": Write(
        "instructor",
        {},
        {f"webhooks_delivery.{name}" for name in ("due_at", "status", "asked_at")},
        status=202,
    ),
}

WRITES = {**AUTHORING, **LEARNING, **TOKENS, **PACKAGES, **UPLOADS, **WEBHOOKS}
WITH_BODY = [label for label in WRITES if not label.startswith("DELETE") and label not in UPLOADS]
"""Those that read what is sent along."""
WITH_JSON = [label for label in WITH_BODY if not WRITES[label].sends_file]
