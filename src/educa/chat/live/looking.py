"""What the database says of the rooms that are open, asked for all of them at once."""

from dataclasses import dataclass

from educa.chat.frames import Frame, mute_frame
from educa.chat.live import door
from educa.chat.models import Mute, Room


@dataclass(frozen=True)
class State:
    """What is true of one room, and of the people in it who were asked for."""

    head: int
    shows_people: bool
    asked: set[door.Badge]
    signed_in: set[door.Badge]
    members: set[int]
    mutes: dict[int, Frame]


def look_at(badges: dict[int, set[door.Badge]]) -> dict[int, State]:
    """The state of these rooms and of the people in them now, by room."""
    rooms = Room.objects.in_bulk(badges)
    mutes: dict[int, dict[int, Frame]] = {pk: {} for pk in badges}
    for mute in Mute.objects.current().filter(room__in=badges):
        mutes[mute.room_id][mute.user_id] = mute_frame(mute)
    signed_in = door.signed_in(badge for asked in badges.values() for badge in asked)
    return {
        pk: State(
            head=rooms[pk].last_sequence if pk in rooms else 0,
            shows_people=pk in rooms and rooms[pk].shows_people,
            asked=asked,
            signed_in=signed_in & asked,
            members=door.members(pk, {badge.user for badge in asked}),
            mutes=mutes[pk],
        )
        for pk, asked in badges.items()
    }
