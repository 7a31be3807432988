"""Bringing a course in from a package."""

from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path

from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.models import Subject
from educa.interchange.actions.making import Making, Watch, known_course
from educa.interchange.archive import Archive, shown
from educa.interchange.canvas import canvas_outline_of, is_canvas
from educa.interchange.exact.format import is_exact
from educa.interchange.exact.reading import plan_exact
from educa.interchange.imscc import outline_of
from educa.interchange.manifest import Manifest, read_manifest
from educa.interchange.models import ImportedCourse
from educa.interchange.outline import Outline
from educa.interchange.plan import Plan, Progress
from educa.interchange.planning import plan_import
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Report


def import_package(
    path: Path,
    *,
    owner: User,
    subject: Subject | None = None,
    name: str = "",
    publish: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Report:
    """Make a course of a package, or bring the one up to date that the owner has from it already.

    Everything comes in, or nothing: rows and files. A dry run judges everything and writes nothing.
    `name` is what people call the file. Without a subject, a new course gets the one that the package
    names. Raises ImportRefused for a package that can't come in and an owner who may not make courses,
    ValidationError beyond a quota.
    """
    if not owner.is_active or not owner.has_perm("courses.add_course"):
        raise ImportRefused(_("%(name)s is no instructor.") % {"name": owner.get_username()})
    watch = watch or Watch(progress)
    with Archive(path) as archive:
        report = Report(name or path.name, sha256=_checksum(path), dry_run=dry_run)
        plan = _plan(archive, report, watch.progress)
        if archive.junk:
            report.warnings.append(
                _("%(count)s files that a system had left for itself were not looked at.")
                % {"count": archive.junk}
            )
        report.warnings += dict.fromkeys(archive.warnings)  # a file may be read more than once
        if report.entries and not plan.attachments and not any(m.contents for m in plan.modules):
            raise ImportRefused(
                _("Nothing of it can come in: %(reason)s") % {"reason": report.entries[0].reason}
            )
        known = known_course(plan, owner)
        chosen = subject or _named_subject(plan, known)
        report.updated = known is not None
        if dry_run:
            report.describe(known.course if known else None)
        else:
            Making(archive, plan, owner, chosen, watch, publish=publish).write()
    return report


def _plan(archive: Archive, report: Report, progress: Progress) -> Plan:
    manifest = read_manifest(archive)
    if is_exact(archive):
        return plan_exact(archive, manifest, report, progress)
    return plan_import(archive, _outline(archive, manifest, report), report, progress)


def _outline(archive: Archive, manifest: Manifest, report: Report) -> Outline:
    read: Callable[..., Outline] = canvas_outline_of if is_canvas(archive) else outline_of
    outline = read(archive, manifest)
    report.format = shown(outline.format)
    report.warnings += outline.warnings
    return outline


def _named_subject(plan: Plan, known: ImportedCourse | None) -> Subject:
    """The subject that the package names, else that of the course that it updates. Raises ImportRefused."""
    found = Subject.objects.filter(slug=plan.outline.subject).first()
    if found is None and known is not None:
        return known.course.subject
    if found is None:
        raise ImportRefused(_("The package names no subject that there is here; choose one."))
    return found


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
