"""`educa manage erase_user`: delete an account as its person could do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from educa.accounts.actions import ErasureRefused, erase, finish_erasure
from educa.accounts.models import User
from educa.lib.mail import wait_until_sent


class Command(BaseCommand):
    help = (
        "Delete an account with all that is held about the person, or make it anonymous. Refused while"
        " courses belong to it, and for the last superuser. Can't be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the user name")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, username: str, yes: bool, **options: Any) -> None:
        """Raises CommandError for a name that nobody has, and when something is in the way."""
        person = User.objects.filter(username=User.normalize_username(username)).first()
        if person is None:
            raise CommandError(f"{username}: there is no such account")
        if not (yes or input(f"Delete {person.username} for good? Type the name: ") == username):
            raise CommandError("nothing was done")
        try:
            erasure = erase(person)
        except ErasureRefused as refused:
            raise CommandError(_in_words(refused)) from refused
        if erasure is not None:
            finish_erasure(erasure)
            wait_until_sent()
        self.stdout.write(f"{username} was deleted")


def _in_words(refused: ErasureRefused) -> str:
    lines = []
    for obstacle in refused.obstacles:
        lines += [str(obstacle.reason), *(f"  {name}" for name, _place in obstacle.things)]
    return "\n".join(lines)
