"""One socket and its seat, without a server."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from educa.chat.consumers import RoomConsumer
from educa.chat.live.door import Admission, Badge
from educa.chat.live.hub import Hub
from educa.chat.models import Room
from educa.lib.serving.threads import Threads

pytestmark = pytest.mark.once

BADGE = Badge(1, "key", "hash", "ada", "Ada")
SCOPE = {"client": ("::1", 1), "cookies": {}, "query_string": b""}
COMES, LEAVES = {"type": "websocket.connect"}, {"type": "websocket.disconnect"}


class OpenDoor:
    """Lets everybody in, into the same room."""

    async def admit(self, _session: str, course: int) -> Admission:
        room = Room(course_id=course, epoch=uuid.uuid4())
        return Admission(badge=BADGE, room=room, keeps_order=False, mute=None, read=0)


class BrokenHub(Hub):
    """A hub whose database does not answer."""

    async def ask(self, *_args: Any) -> Any:
        raise OperationalError("no database")


def visit(
    hub: Hub, frames: list[Any], heard: Callable[[str], None] = lambda _kind: None
) -> list[dict[str, Any]]:
    """What is sent to somebody who comes, sends these frames and leaves; `heard` is called before each answer."""
    sent: list[dict[str, Any]] = []
    coming = [
        COMES,
        *({"type": "websocket.receive", "text": json.dumps(f)} for f in frames),
        LEAVES,
    ]

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        heard(message["type"])
        sent.append(message)

    async def whole() -> None:
        hub.admissions = OpenDoor()  # type: ignore[assignment]
        scope = {**SCOPE, "url_route": {"kwargs": {"course_id": 7}}}
        await RoomConsumer(hub)(scope, receive, send)

    asyncio.run(whole())
    return sent


def frames_in(sent: list[dict[str, Any]]) -> list[Any]:
    """What is in them, but for who is here."""
    frames = [json.loads(message["text"]) for message in sent if "text" in message]
    return [frame for frame in frames if frame["type"] != "presence"]


@pytest.fixture
def threads() -> Threads:
    return Threads(1, name="test-chat")


def test_room_in_which_somebody_is_about_to_sit_down_is_not_put_away(threads):
    hub = Hub(threads)

    def look(kind: str) -> None:
        if kind == "websocket.accept":
            hub._put_away_empty_rooms()

    frames = frames_in(visit(hub, [{"type": "ping"}], look))

    assert [frame["type"] for frame in frames] == ["hello", "pong"]
    assert hub.rooms[7].seats == set()


def test_mark_that_can_not_be_stored_ends_no_connection(threads):
    sent = visit(BrokenHub(threads), [{"type": "read", "sequence": 1}, {"type": "ping"}])

    kinds = [(frame["type"], frame.get("code")) for frame in frames_in(sent)]
    assert kinds == [("hello", None), ("error", "unavailable"), ("pong", None)]


@pytest.mark.parametrize("limit", ["EDUCA_CHAT_SOCKETS_PER_ADDRESS", "EDUCA_CHAT_SOCKETS_PER_USER"])
def test_who_would_have_too_many_connections_is_told_and_takes_no_seat(threads, settings, limit):
    setattr(settings, limit, 0)
    hub = Hub(threads)

    sent = visit(hub, [])

    assert (sent[-1]["type"], sent[-1]["code"]) == ("websocket.close", 4429)
    assert hub.rooms == {}
