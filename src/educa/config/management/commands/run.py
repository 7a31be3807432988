"""`educa run`: from nothing to a running site."""

from educa.config.management.commands.serve import Command as ServeCommand
from educa.config.preparing import collect_static, migrate, prepare_data_dir
from educa.interchange.demonstration.loader import accounts_in_use, is_empty, load_demonstration


class Command(ServeCommand):
    help = (
        "Makes everything ready, with the demonstration on an empty database, and serves the site."
    )

    def prepare(self) -> None:
        """Make what is missing."""
        prepare_data_dir()
        migrate()
        collect_static()
        if is_empty():
            load_demonstration()

    def say_ready(self, address: str) -> None:
        super().say_ready(address)
        if accounts := accounts_in_use():
            self.stdout.write(
                f"Demonstration accounts, password educa-demo: {', '.join(accounts)}\n", ending=""
            )
        self.stdout.write("Ctrl-C stops it.\n", ending="")
        self.stdout.flush()
