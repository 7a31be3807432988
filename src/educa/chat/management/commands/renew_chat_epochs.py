"""`educa manage renew_chat_epochs`: after a backup was restored, before the site starts again."""

from typing import Any

from django.core.management.base import BaseCommand

from educa.chat.actions import renew_epochs


class Command(BaseCommand):
    """Twice does no harm: browsers load what they show once more."""

    help = "Let browsers load chat rooms anew, after a backup was restored."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many rooms there are."""
        self.stdout.write(f"{renew_epochs()} rooms")
