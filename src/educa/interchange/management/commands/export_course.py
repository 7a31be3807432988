"""`educa export`: write a course as a package."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from educa.courses.models import Course
from educa.interchange.management.commands.import_course import REFUSED, Refused, progress_bar
from educa.interchange.packing.package import write_package

MOST_DIGITS = 18  # of a key that every database takes


class Command(BaseCommand):
    help = (
        "Write a course as a package, which imports again into an equal course; other systems read it as"
        " an IMS Common Cartridge 1.1. Exit status: 0 written, 2 refused and nothing written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", help="its slug, or its number")
        parser.add_argument(
            "path", type=Path, help="the file to write, or the folder to write it into"
        )
        parser.add_argument("--force", action="store_true", help="overwrite a file that is there")

    def handle(self, *, course: str, path: Path, force: bool, **options: Any) -> None:
        found = _course(course)
        path = path / f"{found.slug}.imscc" if path.is_dir() else path
        if path.exists() and not force:
            raise _refused(path, _("is there already; --force overwrites it"))
        progress = progress_bar() if sys.stderr.isatty() else lambda *_progress: None
        try:
            report = write_package(found, path, progress)
        except OSError as error:
            raise _refused(error.filename or path, error.strerror or str(error)) from error
        about = {"path": path, "contents": report["contents"]}
        about["size"] = filesizeformat(path.stat().st_size)
        self.stdout.write(_("%(path)s: %(contents)s contents, %(size)s") % about)
        for warning in report["warnings"]:
            self.stdout.write(_("Note: %(warning)s") % {"warning": warning})


def _course(name: str) -> Course:
    rows = Course.objects.present().select_related("subject")
    course = rows.filter(slug=name).first()
    if course is None and name.isdecimal() and len(name) <= MOST_DIGITS:
        course = rows.filter(pk=int(name)).first()
    if course is None:
        raise _refused(name, _("there is no such course"))
    return course


def _refused(where: object, reason: str) -> Refused:
    return Refused(f"{where}: {reason}", returncode=REFUSED)
