"""Steps in rooms, each whole or not at all."""

from educa.chat.actions.asking import mark_answer, reopen, reply_and_answer, settle
from educa.chat.actions.changing import delete, edit
from educa.chat.actions.erasing import erase_author, forget_old_messages, stored_pictures
from educa.chat.actions.keeping import (
    change_room,
    close_room,
    delete_reported,
    handle,
    mute,
    note_export,
    open_room,
    pin,
    report,
    set_slow_mode,
    show_people,
    unmute,
    unpin,
)
from educa.chat.actions.purging import purge_room
from educa.chat.actions.reacting import react
from educa.chat.actions.restoring import renew_epochs
from educa.chat.actions.sending import Draft, Sent, send

__all__ = [
    "Draft",
    "Sent",
    "change_room",
    "close_room",
    "delete",
    "delete_reported",
    "edit",
    "erase_author",
    "forget_old_messages",
    "handle",
    "mark_answer",
    "mute",
    "note_export",
    "open_room",
    "pin",
    "purge_room",
    "react",
    "renew_epochs",
    "reopen",
    "reply_and_answer",
    "report",
    "send",
    "set_slow_mode",
    "settle",
    "show_people",
    "stored_pictures",
    "unmute",
    "unpin",
]
