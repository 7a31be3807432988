"""What a restored backup asks for."""

import uuid

from educa.chat.models import Room

BATCH = 500  # rooms that are written at a time


def renew_epochs() -> int:
    """Let all rooms count anew, so that programs throw away what they have; how many rooms.

    A restored backup gives out numbers again that were given out after it was made.
    """
    number, last = 0, 0
    while rooms := list(Room.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for room in rooms:
            room.epoch = uuid.uuid4()
        Room.objects.bulk_update(rooms, ["epoch"])
        number, last = number + len(rooms), rooms[-1].pk
    return number
