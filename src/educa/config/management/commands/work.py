"""`educa work`: the background work of a site whose pages other processes serve."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management.base import BaseCommand

from educa.config.doctor import unknown_variables
from educa.config.management.commands.serve import refuse_another_version
from educa.config.preparing import hold_alone, prepare_data_dir
from educa.lib.duties import working

STOPS = {signal.SIGINT, signal.SIGTERM}


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
            with held_back(STOPS), working():
                self.stdout.write("Educa is at work\n", ending="")
                self.stdout.flush()
                signal.sigwait(STOPS)


@contextmanager
def held_back(signals: set[signal.Signals]) -> Iterator[None]:
    """Keep signals waiting for whoever asks for them, in this thread and in those that begin here."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
