"""Writing what was planned: a new course, or into the one that the owner has from the package already."""

import contextlib
import logging
import re
import time
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.actions import purge_course
from educa.courses.models import Course, Subject
from educa.courses.quotas import check_room
from educa.courses.signals import course_published
from educa.interchange.archive import Archive
from educa.interchange.building import Builder, course_title
from educa.interchange.exact.building import ExactBuilder
from educa.interchange.models import ImportedCourse
from educa.interchange.outline import Outline
from educa.interchange.plan import Plan, Progress
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Report
from educa.interchange.slices import OneTransaction, Slices
from educa.lib.trash import UNFINISHED

logger = logging.getLogger(__name__)

MAX_IDENTIFIER = 200  # characters; what is longer is not kept as it is
# An identifier with this in it was drawn by lot, so no other course has it.
DRAWN_BY_LOT = re.compile(r"[0-9a-fA-F]{16}")
LEASE = timedelta(minutes=10)  # without a word of it, a course that is being made was given up
BREATH = 30.0  # seconds between two words


class Watch:
    """Sees how an import comes along."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress

    def progress(self, step: str, done: int, total: int) -> None:
        """Called often, with the name of the step, how much of it is done, and how much there is."""
        if self._progress is not None:
            self._progress(step, done, total)

    def between(self) -> None:
        """Called now and then while nothing is open, neither a transaction nor a lock."""

    def begins(self) -> None:
        """Called in the transaction after which people see what was imported."""

    def ends(self, report: Report) -> None:
        """Called last in that transaction."""


class Making:
    """One plan on its way into the database."""

    def __init__(
        self,
        archive: Archive,
        plan: Plan,
        owner: User,
        subject: Subject,
        watch: Watch,
        *,
        publish: bool = False,
    ) -> None:
        self.archive, self.plan, self.owner, self.subject = archive, plan, owner, subject
        self.watch, self.publish = watch, publish
        self._source: ImportedCourse | None = None
        self._last_word = time.monotonic()

    def write(self) -> None:
        """Bring the course up to date that the owner has from the package, or make a new one.

        People see all of it or nothing, whatever happens. Raises ValidationError beyond a quota.
        """
        if known_course(self.plan, self.owner) or not self._make():
            self._update()

    def _update(self) -> None:
        with OneTransaction() as whole:
            self.watch.begins()
            self._lock_owner()
            source = known_course(self.plan, self.owner)
            if source is None:
                raise ImportRefused(
                    _("The course was deleted meanwhile. Import the package again.")
                )
            self.plan.report.updated = True
            self._build(source, whole)
            self._finish(source)

    def _make(self) -> bool:
        """Make a new course; False when another import of the same package was quicker."""
        discard_leftovers(owner=self.owner)
        try:
            with Slices(self._between) as slices:
                self._source = source = self._hidden_course()
                check_room(course=source.course, size=self.plan.size(self.archive))
                self._build(source, slices)
                self.watch.begins()
                self._lock_owner()
                if is_alone := known_course(self.plan, self.owner) is None:
                    source.course.trashed_at, source.building_until = None, None
                    self._finish(source)
        except BaseException:
            self._give_up()
            raise
        if not is_alone:
            self._give_up()
        return is_alone

    def _hidden_course(self) -> ImportedCourse:
        title = course_title(self.plan)
        course = Course.objects.create(
            owner=self.owner,
            subject=self.subject,
            title=title,
            slug=Course.objects.free_slug(title),
            trashed_at=UNFINISHED,
        )
        return ImportedCourse.objects.create(
            course=course, identifier=identity(self.plan.outline), building_until=_soon()
        )

    def _build(self, source: ImportedCourse, slices: OneTransaction) -> None:
        source.package = self.plan.report.sha256
        build = ExactBuilder if self.plan.is_exact else Builder
        builder = build(self.archive, self.plan, source, self.watch.progress, slices)
        self.plan.report.removed = builder.build()
        check_room(course=source.course, size=1)  # everything is counted by now

    def _finish(self, source: ImportedCourse) -> None:
        """In the transaction after which it is seen."""
        course = source.course
        course.subject = self.subject
        if self.publish:
            course.status = Course.Status.PUBLISHED
        course.save(update_fields=["subject", "status", "trashed_at", "updated"])
        if self.publish:
            course_published.send(Course, course=course)
        source.save()
        self.plan.report.describe(course)
        self.watch.ends(self.plan.report)

    def _between(self) -> None:
        if self._source and time.monotonic() > self._last_word + BREATH:
            self._last_word = time.monotonic()
            ImportedCourse.objects.filter(pk=self._source.pk).update(building_until=_soon())
        self.watch.between()

    def _give_up(self) -> None:
        """Delete what was made of a new course; whoever can't, leaves it to the duty."""
        if self._source is None:
            return
        try:
            discard(self._source.course)
        except Exception:
            logger.exception("What was imported of a course could not be deleted yet")

    def _lock_owner(self) -> None:
        """Two imports by the same owner wait for each other here, so that none doubles the course."""
        User.objects.select_for_update(no_key=True).get(pk=self.owner.pk)


def known_course(plan: Plan, owner: User) -> ImportedCourse | None:
    """What this owner has from the same package; the newest, if courses changed hands.

    A course in the trash is none: an update of it would be seen by nobody.
    """
    rows = ImportedCourse.objects.filter(identifier=identity(plan.outline), course__owner=owner)
    rows = rows.filter(course__trashed_at=None)
    return rows.select_related("course__subject").order_by("-pk").first()


def identity(outline: Outline) -> str:
    """What the exports of one course have in common, and those of two courses have not.

    Some tools give every package the same identifier, such as "cctd0015"; so the title counts too,
    unless the identifier was drawn by lot.
    """
    if DRAWN_BY_LOT.search(outline.identifier) and len(outline.identifier) <= MAX_IDENTIFIER:
        return outline.identifier
    return f"sha256:{sha256(repr((outline.identifier, outline.title)).encode()).hexdigest()}"


def discard_leftovers(owner: User | None = None) -> None:
    """Delete courses that nobody makes any more and nobody has ever seen."""
    given_up = ImportedCourse.objects.filter(building_until__lt=timezone.now())
    for source in given_up.filter(course__owner=owner) if owner else given_up:
        discard(source.course)


def discard(course: Course) -> None:
    """Delete a course that nobody has seen; nothing is done when it was rolled back."""
    with contextlib.suppress(Course.DoesNotExist):
        purge_course(course=course)


def _soon() -> datetime:
    return timezone.now() + LEASE
