"""Where the sockets are."""

from typing import Any

from django.urls import path

from educa.chat.consumers import RoomConsumer
from educa.chat.live.hearing import listen
from educa.chat.live.hub import Hub
from educa.lib.serving.threads import Threads


def socket_patterns(threads: Threads) -> list[Any]:
    """The sockets of this process; what they ask the database is asked in these threads."""
    hub = Hub(threads)
    listen(hub)
    return [path("ws/chat/room/<int:course_id>/", RoomConsumer.as_asgi(hub=hub))]
