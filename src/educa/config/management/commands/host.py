"""`educa host`: serve a whole site behind a proxy, in several processes."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from educa.config import hosting
from educa.config.doctor import unknown_variables
from educa.config.management.commands.serve import refuse_another_version, refuse_known_passwords
from educa.config.preparing import collect_static, embedded_parts, prepare_data_dir
from educa.config.server import listen
from educa.courses import triggers
from educa.lib.children import keep


def address(words: str) -> hosting.Address:
    """Host and port of `HOST:PORT`, where an IPv6 address is in brackets."""
    host, _, port = words.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the last port
        raise ArgumentTypeError(f"{words!r} is no address; one looks like 127.0.0.1:8001")
    return host.removeprefix("[").removesuffix("]"), int(port)


def amount(words: str) -> int:
    """How many, at least one."""
    if not words.isdecimal() or int(words) < 1:
        raise ArgumentTypeError(f"{words!r} is no number from 1")
    return int(words)


class Command(BaseCommand):
    help = (
        "Serves a whole site behind a proxy until it is stopped (Ctrl-C): pages, sockets and background"
        " work in processes of their own, which share what they load and are begun anew when they die."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--pages",
            type=address,
            default=("127.0.0.1", 8001),
            metavar="HOST:PORT",
            help="where the proxy asks for pages, usually 127.0.0.1:8001",
        )
        parser.add_argument(
            "--sockets",
            type=address,
            default=("127.0.0.1", 8002),
            metavar="HOST:PORT",
            help="where it opens sockets, usually 127.0.0.1:8002",
        )
        parser.add_argument(
            "--workers",
            type=amount,
            default=os.cpu_count() or 1,
            metavar="N",
            help="processes for pages, usually one for each core",
        )
        parser.add_argument(
            "--no-sockets", action="store_true", help="leave the sockets to another machine"
        )
        parser.add_argument(
            "--no-duties", action="store_true", help="leave the background work to another machine"
        )

    def handle(
        self,
        *args: Any,
        pages: hosting.Address,
        sockets: hosting.Address,
        workers: int,
        no_sockets: bool = False,
        no_duties: bool = False,
        **options: Any,
    ) -> None:
        """Raises SystemExit with 1 when a process dies again and again, CommandError for what is refused."""
        for words in unknown_variables():
            self.stderr.write(f"educa: {words}")
        refuse_what_is_no_host()
        prepare_data_dir()
        refuse_another_version()
        triggers.install()
        refuse_known_passwords()
        collect_static()
        listen(*pages).close()  # said before anything is loaded, and not by each worker
        listener = None if no_sockets else listen(*sockets)
        hosting.load()
        children = hosting.children(pages, listener, workers=workers, with_duties=not no_duties)
        if not keep(children, grace=hosting.GRACE):
            sys.exit(1)


def refuse_what_is_no_host() -> None:
    """Raises CommandError where several processes behind a proxy can't be served."""
    if not sys.platform.startswith("linux"):
        raise CommandError("`educa host` needs Linux; `educa serve` serves a site everywhere")
    if not settings.EDUCA_PROXY or settings.EDUCA_TLS:
        raise CommandError(
            "`educa host` is for a proxy in front that speaks HTTPS: EDUCA_PROXY=yes, and no"
            " EDUCA_TLS; `educa serve` needs none"
        )
    if parts := embedded_parts():
        raise CommandError(
            f"several processes need {' and '.join(parts)}; `educa serve` is one and needs none"
        )
