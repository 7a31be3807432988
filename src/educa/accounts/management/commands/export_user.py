"""`educa manage export_user`: write down what is held about a person."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from educa.accounts.actions import write_data
from educa.accounts.models import User


class Command(BaseCommand):
    help = "Write a copy of everything that is held about a person, as they can get it themselves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the user name")
        parser.add_argument(
            "path", type=Path, help="the ZIP file to write, or the folder to write it into"
        )
        parser.add_argument("--force", action="store_true", help="overwrite a file that is there")

    def handle(self, *, username: str, path: Path, force: bool, **options: Any) -> None:
        """Raises CommandError for a name that nobody has, and for a path that can't be written."""
        person = User.objects.filter(username=User.normalize_username(username)).first()
        if person is None:
            raise CommandError(f"{username}: there is no such account")
        path = path / f"{person.username}.zip" if path.is_dir() else path
        if path.exists() and not force:
            raise CommandError(f"{path}: is there already; --force overwrites it")
        language = person.language or settings.LANGUAGE_CODE
        try:
            write_data(person, path, language=language, beat=_go_on)
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror or error}") from error
        self.stdout.write(f"{path}: {filesizeformat(path.stat().st_size)}")


def _go_on() -> None:
    """Nobody waits, and nothing breaks it off."""
