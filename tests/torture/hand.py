"""Does things in a room from a process that has no sockets; run on the site's settings.

Each line of input is a JSON object with `do`; the line of output is what came of it.
"""

import json
import sys
import uuid
from typing import Any

import django

django.setup()

from django.db import OperationalError, close_old_connections  # noqa: E402

from educa.accounts.models import User  # noqa: E402
from educa.chat import actions  # noqa: E402
from educa.chat.models import Event, Message  # noqa: E402
from educa.chat.refusals import Refused  # noqa: E402
from educa.courses.models import Course  # noqa: E402
from educa.students.models import Enrollment  # noqa: E402

COLUMNS = ("sequence", "kind", "at", "message__sequence", "message__client_id")
MESSAGES = ("sequence", "client_id", "body", "deleted_at")


def send(who: User, course: int, told: dict[str, Any]) -> int:
    draft = actions.Draft(client_id=uuid.UUID(told["client_id"]), body=told["text"])
    return actions.send(author=who, course=course, draft=draft).message.sequence


def edit(who: User, course: int, told: dict[str, Any]) -> int:
    actions.edit(author=who, course=course, sequence=told["sequence"], body=told["text"])
    return int(told["sequence"])


def delete(who: User, course: int, told: dict[str, Any]) -> int:
    actions.delete(person=who, course=course, sequence=told["sequence"])
    return int(told["sequence"])


def react(who: User, course: int, told: dict[str, Any]) -> int:
    actions.react(person=who, course=course, sequence=told["sequence"], sign="👍", on=True)
    return int(told["sequence"])


def leave(who: User, course: int, told: dict[str, Any]) -> int:
    Enrollment.objects.leave(who, Course.objects.get(pk=course))
    return 0


def log(who: User, course: int, told: dict[str, Any]) -> dict[str, Any]:
    """Everything that the database holds of the room."""
    events = Event.objects.filter(room=course).order_by("sequence").values_list(*COLUMNS)
    messages = Message.objects.filter(room=course).order_by("sequence").values_list(*MESSAGES)
    return {
        "events": [
            [number, kind, at.timestamp(), target, str(key) if key else None]
            for number, kind, at, target, key in events
        ],
        "messages": [
            [number, str(key), body, gone.timestamp() if gone else None]
            for number, key, body, gone in messages
        ],
    }


DEEDS = {"send": send, "edit": edit, "delete": delete, "react": react, "leave": leave, "log": log}


def do(told: dict[str, Any]) -> dict[str, Any]:
    """What came of one deed; `again` where the database could not be reached."""
    close_old_connections()
    try:
        who = User.objects.get(username=told["who"])
        return {"done": DEEDS[told["do"]](who, told["course"], told)}
    except Refused as refusal:
        return {"refused": refusal.code}
    except OperationalError as fault:
        return {"again": str(fault)}


for line in sys.stdin:
    print(json.dumps(do(json.loads(line))), flush=True)
