"""`educa work`: the background work of a site whose pages other processes serve."""

from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand

from educa.config.doctor import unknown_variables
from educa.config.management.commands.serve import refuse_another_version
from educa.config.preparing import hold_alone, prepare_data_dir
from educa.courses import triggers
from educa.lib.duties import work_until_stopped


class Command(BaseCommand):
    help = (
        "Does the background work, such as imports, until it is stopped (Ctrl-C). For sites whose pages"
        " are served by other processes: `educa serve` does it by itself."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for a database of another version, and where a server has the data for itself."""
        for words in unknown_variables():
            self.stderr.write(f"educa: {words}")
        prepare_data_dir()
        with hold_alone() or nullcontext():
            refuse_another_version()
            triggers.install()
            work_until_stopped(self.say_ready)

    def say_ready(self) -> None:
        self.stdout.write("Educa is at work\n", ending="")
        self.stdout.flush()
