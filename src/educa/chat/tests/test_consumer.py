"""A socket while the database is away."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from educa.chat.consumers import RoomConsumer

pytestmark = pytest.mark.once


async def no_answer(*_question: Any) -> None:
    """What asking gives while the database is away."""
    raise OperationalError("the database is away")


async def told(*frames: dict[str, Any]) -> list[dict[str, Any]]:
    """What a socket answers to these frames."""
    answers: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        answers.append(json.loads(message["text"]))

    consumer = RoomConsumer(hub=SimpleNamespace(ask=no_answer))
    consumer.seat = SimpleNamespace(badge=None, room=SimpleNamespace(pk=1, head=7))
    consumer.base_send, consumer.loop = send, asyncio.get_running_loop()
    for frame in frames:
        await consumer.receive(json.dumps(frame))
    return answers


def test_a_mark_that_can_not_be_stored_does_not_end_the_socket():
    answers = asyncio.run(told({"type": "read", "sequence": 3}, {"type": "ping"}))

    assert answers == [{"type": "pong", "head": 7}]
