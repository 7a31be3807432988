"""Where the news of this process go: to its sockets if it has some, and to the other processes."""

from typing import Any

from educa.chat.live.announcing import Messenger
from educa.chat.live.hub import Hub
from educa.chat.live.room import Part
from educa.chat.models import Event, Mention, Reaction

_messenger = Messenger()
_hubs: list[Hub] = []


def listen(hub: Hub) -> None:
    """From now on this hub is told, and tells the other processes."""
    _hubs.append(hub)


def tell(sender: Any, event: Event, **_kwargs: Any) -> None:
    """Receives `event_logged`."""
    for hub in _hubs:
        part = just_said(event) if event.room_id in hub.rooms else None
        hub.hear(event.room_id, event.sequence, part)
    if not _hubs:
        _messenger.announce(event.room_id, event.sequence)


def just_said(event: Event) -> Part | None:
    """A message that this thread has stored, without asking for it again; None for all that needs a look."""
    message = event.message
    if (
        event.kind != Event.Kind.MESSAGE
        or message is None
        or message.picture
        or "@" in message.body
    ):
        return None
    # Nobody was named in it, and nobody can have put a sign to it yet.
    nothing = {"mentions": Mention.objects.none(), "reactions": Reaction.objects.none()}
    setattr(message, "_prefetched_objects_cache", nothing)  # noqa: B010 - Django's types hide it
    return Part(event)
