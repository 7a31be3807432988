"""Steps about webhooks and their deliveries: one function per verb."""

from educa.webhooks.actions.asking import TooSoon, ask_again, ask_for_test
from educa.webhooks.actions.forgetting import (
    forget_deliveries_about,
    forget_old_deliveries,
    give_up_overdue_deliveries,
)
from educa.webhooks.actions.keeping import (
    change_secret,
    change_webhook,
    locked_webhook,
    make_webhook,
    refuse_unfit,
)
from educa.webhooks.actions.noting import Happening, note
from educa.webhooks.actions.sending import send_deliveries

__all__ = [
    "Happening",
    "TooSoon",
    "ask_again",
    "ask_for_test",
    "change_secret",
    "change_webhook",
    "forget_deliveries_about",
    "forget_old_deliveries",
    "give_up_overdue_deliveries",
    "locked_webhook",
    "make_webhook",
    "note",
    "refuse_unfit",
    "send_deliveries",
]
