"""What is done with accounts, in several steps or with mail."""

from educa.accounts.actions.erasing import (
    ErasureRefused,
    erase,
    finish_erasure,
    finish_erasures,
    obstacles_to,
)
from educa.accounts.actions.exporting import (
    ask_for_data,
    carry_out_export,
    clean_up_exports,
    write_data,
)
from educa.accounts.actions.signing_in import (
    awaited_address,
    change_email,
    confirm_again,
    dismiss_instructors,
    make_instructors,
    send_reset_link,
    send_reset_links,
    tell_of_new_password,
)

__all__ = [
    "ErasureRefused",
    "ask_for_data",
    "awaited_address",
    "carry_out_export",
    "change_email",
    "clean_up_exports",
    "confirm_again",
    "dismiss_instructors",
    "erase",
    "finish_erasure",
    "finish_erasures",
    "make_instructors",
    "obstacles_to",
    "send_reset_link",
    "send_reset_links",
    "tell_of_new_password",
    "write_data",
]
