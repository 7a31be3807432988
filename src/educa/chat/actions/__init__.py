"""Steps in rooms, each whole or not at all."""

from educa.chat.actions.asking import mark_answer, reopen, settle
from educa.chat.actions.changing import delete, edit
from educa.chat.actions.erasing import erase_author
from educa.chat.actions.keeping import (
    change_room,
    close_room,
    handle,
    mute,
    open_room,
    pin,
    report,
    set_slow_mode,
    show_people,
    unmute,
    unpin,
)
from educa.chat.actions.reacting import react
from educa.chat.actions.sending import Draft, Sent, send

__all__ = [
    "Draft",
    "Sent",
    "change_room",
    "close_room",
    "delete",
    "edit",
    "erase_author",
    "handle",
    "mark_answer",
    "mute",
    "open_room",
    "pin",
    "react",
    "reopen",
    "report",
    "send",
    "set_slow_mode",
    "settle",
    "show_people",
    "unmute",
    "unpin",
]
