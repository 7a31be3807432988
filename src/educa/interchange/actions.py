"""Bringing a course in from a package."""

import re
from collections.abc import Callable
from hashlib import file_digest, sha256
from pathlib import Path

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.models import Course, Subject
from educa.interchange.archive import Archive, shown
from educa.interchange.building import Builder, course_title
from educa.interchange.canvas import canvas_outline_of, is_canvas
from educa.interchange.imscc import outline_of
from educa.interchange.manifest import read_manifest
from educa.interchange.models import ImportedCourse
from educa.interchange.outline import Outline
from educa.interchange.plan import Plan, Progress
from educa.interchange.planning import plan_import
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Report

__all__ = ["ImportRefused", "import_package"]

MAX_IDENTIFIER = 200  # characters; what is longer is not kept as it is
# An identifier with this in it was drawn by lot, so no other course has it.
DRAWN_BY_LOT = re.compile(r"[0-9a-fA-F]{16}")


def import_package(
    path: Path,
    *,
    owner: User,
    subject: Subject,
    publish: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Make a course of a package, or bring the one up to date that the owner has from it already.

    Everything comes in, or nothing: rows and files. A dry run judges everything and writes nothing.
    Raises ImportRefused for a package that can't come in and an owner who may not make courses.
    """
    if not owner.is_active or not owner.has_perm("courses.add_course"):
        raise ImportRefused(_("%(name)s is no instructor.") % {"name": owner.get_username()})
    progress = progress or _no_progress
    with Archive(path) as archive:
        report = Report(path.name, sha256=_checksum(path), dry_run=dry_run)
        plan = plan_import(archive, _outline(archive, report), report, progress)
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
        known = _imported(plan, owner)
        report.updated = known is not None
        if dry_run:
            _describe(report, known.course if known else None)
        else:
            with transaction.atomic():
                _write(archive, plan, owner, subject, publish=publish, progress=progress)
    return report


def _outline(archive: Archive, report: Report) -> Outline:
    manifest = read_manifest(archive)
    read: Callable[..., Outline] = canvas_outline_of if is_canvas(archive) else outline_of
    outline = read(archive, manifest)
    report.format = shown(outline.format)
    report.warnings += outline.warnings
    return outline


def _write(
    archive: Archive,
    plan: Plan,
    owner: User,
    subject: Subject,
    *,
    publish: bool,
    progress: Progress,
) -> None:
    # Two imports by the same owner wait for each other here, so that none of them doubles the course.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    known = _imported(plan, owner)
    source, plan.report.updated = known or _new(plan, owner, subject), known is not None
    source.package, course = plan.report.sha256, source.course
    if course.subject_id != subject.pk:
        course.subject = subject
        course.save(update_fields=["subject", "updated"])
    plan.report.removed = Builder(archive, plan, source, progress).build()
    if publish and not course.is_published:
        course.status = Course.Status.PUBLISHED
        course.save(update_fields=["status", "updated"])
    _describe(plan.report, course)


def _imported(plan: Plan, owner: User) -> ImportedCourse | None:
    """What this owner has from the same package; the newest, if courses changed hands."""
    rows = ImportedCourse.objects.filter(identifier=identity(plan.outline), course__owner=owner)
    return rows.select_related("course").order_by("-pk").first()


def _new(plan: Plan, owner: User, subject: Subject) -> ImportedCourse:
    title = course_title(plan)
    slug = Course.objects.free_slug(title)
    course = Course.objects.create(owner=owner, subject=subject, title=title, slug=slug)
    return ImportedCourse.objects.create(course=course, identifier=identity(plan.outline))


def identity(outline: Outline) -> str:
    """What the exports of one course have in common, and those of two courses have not.

    Some tools give every package the same identifier, such as "cctd0015"; so the title counts too,
    unless the identifier was drawn by lot.
    """
    if DRAWN_BY_LOT.search(outline.identifier) and len(outline.identifier) <= MAX_IDENTIFIER:
        return outline.identifier
    return f"sha256:{sha256(repr((outline.identifier, outline.title)).encode()).hexdigest()}"


def _describe(report: Report, course: Course | None) -> None:
    if course is not None:
        address = reverse("course_detail", args=[course.slug])
        report.course = {"id": course.pk, "slug": course.slug, "title": course.title,
                         "status": course.status, "address": address}  # fmt: skip


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _no_progress(step: str, done: int, total: int) -> None:
    """Nobody is watching."""
