"""`educa run`: from nothing to a running site."""

from django.conf import settings

from educa.config.management.commands.serve import Command as ServeCommand
from educa.config.management.commands.serve import refuse_known_passwords
from educa.config.preparing import collect_static, migrate
from educa.interchange.demonstration.loader import accounts_in_use, is_empty, load_demonstration


class Command(ServeCommand):
    help = (
        "Makes everything ready, with the demonstration on an empty database, and serves the site."
    )

    def prepare(self) -> None:
        """Make what is missing."""
        migrate()
        collect_static()
        if is_empty() and (settings.EDUCA_LOOPBACK or settings.EDUCA_PUBLIC_DEMO):
            load_demonstration(force=settings.EDUCA_PUBLIC_DEMO)
        refuse_known_passwords()
        self.accounts = accounts_in_use()  # said later, where the server runs and no query may

    def say_ready(self, address: str) -> None:
        super().say_ready(address)
        if self.accounts:
            self.stdout.write(
                f"Demonstration accounts, password educa-demo: {', '.join(self.accounts)}\n",
                ending="",
            )
        self.stdout.write("Ctrl-C stops it.\n", ending="")
        self.stdout.flush()
