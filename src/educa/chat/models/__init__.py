"""Rooms, what is said in them, and who keeps order there."""

from educa.chat.models.event import Event
from educa.chat.models.message import Message, Revision
from educa.chat.models.moderating import Act, Mute, Report
from educa.chat.models.people import Mention, Reaction, ReadMark
from educa.chat.models.room import Room

__all__ = [
    "Act",
    "Event",
    "Mention",
    "Message",
    "Mute",
    "Reaction",
    "ReadMark",
    "Report",
    "Revision",
    "Room",
]
