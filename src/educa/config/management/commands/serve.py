"""`educa serve`: serve what is there."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from educa.config.preparing import collect_static, is_migrated, prepare_data_dir
from educa.config.server import serve
from educa.config.tls_files import configured_tls


class Command(BaseCommand):
    help = "Serves the site until it is stopped (Ctrl-C)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="as the variable HOST")
        parser.add_argument("--port", type=int, default=settings.PORT, help="as the variable PORT")
        parser.add_argument(
            "--tls",
            action="store_true",
            help="serve HTTPS, with a certificate made on the spot if none is given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.prepare()
        serve(
            options["host"],
            options["port"],
            tls=configured_tls(),
            on_ready=self.say_ready,
        )

    def prepare(self) -> None:
        """See that there is something to serve."""
        prepare_data_dir()
        if not is_migrated():
            raise CommandError(
                "the database is not of this version; `educa manage migrate` brings it there"
            )
        collect_static()

    def say_ready(self, address: str) -> None:
        self.stdout.write(f"Educa is at {address}\n", ending="")
        self.stdout.flush()
