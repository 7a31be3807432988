"""Gather anew what a search in courses finds."""

from typing import Any

from django.core.management.base import BaseCommand

from educa.courses.actions import rebuild_index
from educa.lib.duties import unhurried


class Command(BaseCommand):
    """The site may go on meanwhile; a search finds less until all is gathered."""

    help = "Forget what a search in courses finds, and gather it anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many contents were gathered."""
        with unhurried():
            number = rebuild_index()
        self.stdout.write(f"{number} contents")
