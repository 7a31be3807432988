"""`educa demo`: three courses and three accounts to look around with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from educa.interchange.demonstration.loader import (
    PASSWORD,
    accounts_in_use,
    load_demonstration,
    remove_demonstration,
)
from educa.interchange.demonstration.refusal import DemonstrationRefused


class Command(BaseCommand):
    help = "Loads the demonstration: three courses and three accounts; or removes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--remove", action="store_true", help="take away every row and file of it"
        )
        action.add_argument(
            "--force", action="store_true", help="load it even where other machines reach the site"
        )

    def handle(self, *args: Any, remove: bool, force: bool, **options: Any) -> None:
        try:
            if remove:
                self._remove()
            else:
                self._load(force=force)
        except DemonstrationRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal

    def _load(self, *, force: bool) -> None:
        made = load_demonstration(force=force)
        if not made.courses and not made.accounts:
            self.stdout.write("The demonstration is here already; nothing was changed.")
        for title in made.courses:
            self.stdout.write(f"Course: {title}")
        if made.courses:
            self.stdout.write(f"{len(made.courses)} courses with {made.contents} contents.")
        if accounts := accounts_in_use():
            self.stdout.write(f"Accounts: {', '.join(accounts)}; password: {PASSWORD}")

    def _remove(self) -> None:
        removal = remove_demonstration()
        if not removal.courses and not removal.accounts:
            self.stdout.write("There is no demonstration here; nothing was removed.")
            return
        self.stdout.write(f"Removed: {removal.courses} courses, {removal.accounts} accounts.")
        if removal.enrollments_of_others:
            self.stdout.write(
                f"{removal.enrollments_of_others} enrollments of other people went with the courses."
            )
        for title in removal.kept_courses:
            self.stdout.write(f"Kept, as it belongs to somebody else now: {title}")
