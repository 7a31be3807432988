"""`educa import`: bring in a course package."""

import difflib
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from educa.accounts.models import User
from educa.courses.models import Subject
from educa.interchange.actions import import_package
from educa.interchange.plan import Progress
from educa.interchange.refusal import ImportRefused

WITH_LOSSES = 3  # exit status: done, but something could only be kept as a file or was skipped
REFUSED = 2


class Refused(CommandError):
    """Nothing was imported. Django prints the name of this class before the reason."""


class Command(BaseCommand):
    help = (
        "Bring in a course from a package of Educa, an IMS Common Cartridge (1.0 to 1.3) or an export of "
        "Canvas. Exit status: "
        "0 everything came in, 2 refused and nothing changed, 3 done with losses, which the report lists."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="the .imscc or .zip file")
        parser.add_argument(
            "--owner", required=True, metavar="NAME", help="the instructor whose course it will be"
        )
        parser.add_argument(
            "--subject",
            metavar="SLUG",
            help="the slug of its subject; without it, the one that the package names",
        )
        parser.add_argument("--publish", action="store_true", help="publish the course at once")
        parser.add_argument("--dry-run", action="store_true", help="only report what would come in")
        parser.add_argument("--json", action="store_true", help="report in JSON")

    def handle(self, *, package: Path, owner: str, subject: str | None, **options: Any) -> None:
        try:
            report = import_package(
                package,
                owner=_owner(owner),
                subject=_subject(subject) if subject else None,
                publish=options["publish"],
                dry_run=options["dry_run"],
                progress=progress_bar() if sys.stderr.isatty() else None,
            )
        except (ImportRefused, ValidationError, OSError) as error:
            reason = " ".join(str(m) for m in getattr(error, "messages", [error]))
            raise _refused(package.name, reason) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            for line in report.lines(every_entry=options["verbosity"] > 1):
                self.stdout.write(line)
        if report.has_losses:
            sys.exit(WITH_LOSSES)


def _owner(name: str) -> User:
    try:
        owner: User = User.objects.get(username=name)
    except User.DoesNotExist as error:
        known = list(User.objects.values_list("username", flat=True)[:10_000])
        nearest = ", ".join(difflib.get_close_matches(name, known, n=3))
        reason = (
            _("There is no user %(name)s. Did you mean %(nearest)s?")
            if nearest
            else _("There is no user %(name)s.")
        )
        raise _refused("--owner", reason % {"name": name, "nearest": nearest}) from error
    return owner


def _subject(slug: str) -> Subject:
    try:
        return Subject.objects.get(slug=slug)
    except Subject.DoesNotExist as error:
        slugs = list(Subject.objects.order_by("slug").values_list("slug", flat=True)[:50])
        reason = (
            _("There is no subject %(slug)s. There are: %(slugs)s.")
            if slugs
            else _(
                "There is no subject %(slug)s, and none at all; see `educa manage loaddata subjects`."
            )
        )
        raise _refused("--subject", reason % {"slug": slug, "slugs": ", ".join(slugs)}) from error


def _refused(where: str, reason: str) -> Refused:
    return Refused(f"{where}: {reason}", returncode=REFUSED)


def progress_bar() -> Progress:
    """A bar on standard error, one for each step, which is gone when the step is done."""
    bars: dict[str, tqdm[Any]] = {}

    def show(step: str, done: int, total: int) -> None:
        if step not in bars:
            bars[step] = tqdm(total=total, desc=step, file=sys.stderr, leave=False)
        bar = bars[step]
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return show
