"""`educa serve`: serve what is there."""

from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from educa.config.doctor import unknown_variables
from educa.config.preparing import collect_static, hold_alone, is_migrated, prepare_data_dir
from educa.config.server import serve, tls_files
from educa.courses import triggers
from educa.interchange.demonstration.loader import accounts_in_use
from educa.lib.duties import working


def refuse_known_passwords() -> None:
    """Raises CommandError where other machines could sign in with the demonstration's password."""
    if settings.EDUCA_LOOPBACK or settings.EDUCA_PUBLIC_DEMO:
        return
    if accounts := accounts_in_use():
        raise CommandError(
            f"other machines can reach this site, and everybody knows the password of"
            f" {', '.join(accounts)}; `educa demo --remove` takes them away,"
            " EDUCA_PUBLIC_DEMO=yes accepts it"
        )


def refuse_another_version() -> None:
    """Raises CommandError when the tables are not what this version expects."""
    if not is_migrated():
        raise CommandError(
            "the database is not of this version; `educa manage migrate` brings it there"
        )


class Command(BaseCommand):
    help = "Serves the site at HOST and PORT until it is stopped (Ctrl-C)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--tls",
            action="store_true",
            help="serve HTTPS, with a certificate made on the spot if none is given",
        )
        parser.add_argument(
            "--no-duties",
            action="store_true",
            help="leave the background work to `educa work`",
        )

    def handle(self, *args: Any, no_duties: bool = False, **options: Any) -> None:
        for words in unknown_variables():
            self.stderr.write(f"educa: {words}")
        prepare_data_dir()
        with hold_alone() or nullcontext():
            self.prepare()
            with nullcontext() if no_duties else working():
                serve(settings.HOST, settings.PORT, tls=tls_files(), on_ready=self.say_ready)

    def prepare(self) -> None:
        """See that there is something to serve."""
        refuse_another_version()
        triggers.install()
        refuse_known_passwords()
        collect_static()

    def say_ready(self, address: str) -> None:
        self.stdout.write(f"Educa is at {address}\n", ending="")
        self.stdout.flush()
