"""Where the news of this process go: to its sockets if it has some, and to the other processes."""

from typing import Any

from educa.chat.live.announcing import Messenger
from educa.chat.live.hub import Hub
from educa.chat.models import Event

_messenger = Messenger()
_hubs: list[Hub] = []


def listen(hub: Hub) -> None:
    """From now on this hub is told, and tells the other processes."""
    _hubs.append(hub)


def tell(sender: Any, event: Event, **_kwargs: Any) -> None:
    """Receives `event_logged`."""
    for hub in _hubs:
        hub.hear(event.room_id, event.sequence)
    if not _hubs:
        _messenger.announce(event.room_id, event.sequence)
