"""Transfers: asking for one, carrying it out, and clearing up behind it."""

import contextlib
import errno
import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import Storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.actions import end_upload
from educa.courses.models import ArrivedFile, Course, Subject
from educa.interchange import progress
from educa.interchange.actions.importing import import_package
from educa.interchange.actions.making import Watch, discard_leftovers
from educa.interchange.models import Transfer
from educa.interchange.models.transfer import (
    ABANDONED,
    KEPT_LOOK,
    KEPT_PACKAGE,
    KEPT_REPORT,
    MOST_ATTEMPTS,
    package_name,
)
from educa.interchange.packing.package import write_package
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Report
from educa.lib.duties import Stopped, give_way, poke, unhurried
from educa.lib.parts import WholeFile
from educa.lib.storage import path_to_fill
from educa.lib.uploads import shown_name

logger = logging.getLogger(__name__)

MOST_UNDER_WAY = 3  # imports of one person
PAUSE = timedelta(seconds=30)  # before another try of what went wrong
BREATH = 2.0  # seconds between two words about the lease
ENDING = ".imscc"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class TooMany(Exception):
    """This person has as many imports under way as one may have."""


class Lost(Exception):
    """The lease ran out, and somebody else has taken the transfer up."""


def ask_for_import(
    *, owner: User, file: File[Any], subject: Subject | None, is_look: bool = False
) -> Transfer:
    """Keep the package, to be imported soon. Without a subject, the one that the package names.

    One that has arrived in parts is no upload any more. Raises TooMany, and ValidationError when such a
    one is gone.
    """
    _refuse_too_many(owner)
    storage = _packages()
    # Outside of the transaction: nobody should wait for the disk to write.
    with _linkable(file) as source:
        name = storage.save(package_name(Transfer(), f"package{ENDING}"), source)
    try:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=owner.pk)
            _refuse_too_many(owner)
            if isinstance(file, ArrivedFile):
                end_upload(file.upload)
            transfer = Transfer.objects.create(
                direction=Transfer.Direction.IMPORT,
                owner=owner,
                subject=subject,
                is_look=is_look,
                package=name,
                name=shown_name(file.name or "package"),
                size=file.size,
                language=_language(),
            )
            transaction.on_commit(poke)
    except BaseException:
        storage.delete(name)
        raise
    return transfer


def ask_for_export(*, owner: User, course: Course) -> Transfer:
    """Ask for a package of the course; twice is once, while the first is under way."""
    with transaction.atomic():
        transfer, _is_new = Transfer.objects.under_way().get_or_create(
            direction=Transfer.Direction.EXPORT,
            owner=owner,
            course=course,
            defaults={"name": f"{course.slug}{ENDING}", "language": _language()},
        )
        transaction.on_commit(poke)
    return transfer


@transaction.atomic
def go_on_with(transfer: Transfer) -> bool:
    """Import what was only looked at, or what failed; False when its package is gone."""
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if not transfer.can_go_on:
        return False
    transfer.status, transfer.finished_at = Transfer.Status.WAITING, None
    transfer.is_look, transfer.attempts, transfer.report, transfer.reason = False, 0, {}, ""
    transfer.save()
    transaction.on_commit(poke)
    return True


def carry_out(transfer: Transfer) -> None:
    """Do what a claimed transfer asks for, and say in its row what came of it.

    What breaks off, here or with the process, is begun anew, `MOST_ATTEMPTS` times in all. Raises Stopped
    when the site ends meanwhile; then it counts as not begun.
    """
    run = ImportRun(transfer) if transfer.is_import else ExportRun(transfer)
    with translation.override(transfer.language):
        try:
            if transfer.attempts > MOST_ATTEMPTS:
                run.end(Transfer.Status.FAILED, reason=_broken_off())
            else:
                _attempt(run)
        except Lost:
            logger.warning("Transfer %d was taken up by another process", transfer.pk)


def _attempt(run: "Run") -> None:
    """Raises Lost, Stopped, and what the database does when it is away."""
    try:
        with unhurried():
            run.work()
    except (ImportRefused, ValidationError) as error:
        reason = " ".join(map(str, getattr(error, "messages", [error])))
        run.end(Transfer.Status.REFUSED, reason=reason)
    except Lost:
        raise
    except Stopped:
        run.give_back()
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            run.end(Transfer.Status.REFUSED, reason=_("There is no room left on this site."))
        else:
            logger.exception("Transfer %d broke off", run.transfer.pk)
            run.put_off()


class Run:
    """One attempt at a transfer; every word of it stands in the row only while the transfer is ours."""

    def __init__(self, transfer: Transfer) -> None:
        self.transfer = transfer
        self._last_word = time.monotonic()

    def work(self) -> None:
        """Raises ImportRefused or ValidationError for what can't be done at all."""
        raise NotImplementedError

    def progress(self, step: str, done: int, total: int) -> None:
        """Tell how far it is. Raises Stopped at the end of the site, and Lost when it is not ours any more."""
        give_way()
        progress.tell(self.transfer, step, done, total)
        if not connection.in_atomic_block:  # nobody would hear of it
            self._renew(step=step[:100], done=done, total=total)

    def _renew(self, **told: Any) -> None:
        """Say once in a while that we are still at it. Raises Lost."""
        now = time.monotonic()
        if now > self._last_word + BREATH:
            self._last_word = now
            if not self.transfer.renew(**told):
                raise Lost

    def end(self, status: Transfer.Status, **values: Any) -> None:
        """Say what came of it, and let go of the package unless somebody may want it. Raises Lost."""
        with transaction.atomic():
            ended = self.transfer.held().update(
                status=status,
                lease_until=None,
                finished_at=timezone.now(),
                step="",
                done=0,
                total=0,
                **values,
            )
            if not ended:
                raise Lost
            row = Transfer.objects.get(pk=self.transfer.pk)
            if row.is_import and not row.can_go_on:
                _drop_package(row)

    def give_back(self) -> None:
        """Let somebody else begin with it, at once and as if we had not."""
        self.transfer.give_back(step="")

    def put_off(self) -> None:
        """Try again in a while; after the last attempt, give up."""
        if self.transfer.attempts >= MOST_ATTEMPTS:
            self.end(Transfer.Status.FAILED, reason=_broken_off())
        else:
            self.transfer.put_off(PAUSE, step="")


class ImportRun(Run, Watch):
    """An import; the row says that it is done in the same transaction that makes the course."""

    def work(self) -> None:
        transfer = self.transfer
        name = str(transfer.package.name or "")
        if not name or not transfer.package.storage.exists(name):
            raise ImportRefused(_("The package is gone. Upload it again."))
        with local_copy(transfer.package) as path:
            report = import_package(
                path,
                owner=transfer.owner,
                subject=transfer.subject,
                name=transfer.name,
                dry_run=transfer.is_look,
                watch=self,
            )
        if transfer.is_look:
            self.ends(report)

    def between(self) -> None:
        """Renew the lease. Raises Lost, and Stopped at the end of the site."""
        give_way()
        self._renew()

    def begins(self) -> None:
        """Lock the row, so that nobody takes it up while the lease can't be renewed. Raises Lost."""
        if not list(self.transfer.held().select_for_update().values_list("pk")):
            raise Lost

    def ends(self, report: Report) -> None:
        self.end(Transfer.Status.DONE, report=report.as_dict(), course_id=report.course.get("id"))


class ExportRun(Run):
    """An export."""

    def work(self) -> None:
        transfer, storage = self.transfer, _packages()
        courses = Course.objects.editable_by(transfer.owner).filter(transfers=transfer)
        course = courses.select_related("subject").first()
        if course is None:
            raise ValidationError(_("You may not edit this course any more."))
        name = package_name(transfer, transfer.name)
        try:
            report = self._store(course, storage, name)
            self._keep(report, name, storage.size(name))
        except BaseException:
            storage.delete(name)
            raise

    def _keep(self, report: dict[str, Any], name: str, size: int) -> None:
        """Let the package take the place of those that were made of the course before."""
        with transaction.atomic():
            mine = {"owner": self.transfer.owner_id, "course": self.transfer.course_id}
            for older in Transfer.objects.exports().filter(**mine).exclude(package=""):
                _drop_package(older)
            self.end(Transfer.Status.DONE, report=report, package=name, size=size)

    def _store(self, course: Course, storage: Storage, name: str) -> dict[str, Any]:
        """Write the package under that name; what is in it."""
        with path_to_fill(storage, name) as path:
            return write_package(course, path, self.progress)


def clean_up() -> None:
    """Clear away packages and reports whose time is over, and what nobody waits for any more."""
    now, over = timezone.now(), ~Q(status__in=Transfer.UNDER_WAY)
    kept = Q(status=Transfer.Status.FAILED) | Q(is_look=True, status=Transfer.Status.DONE)
    packages = Transfer.objects.filter(over).exclude(package="")
    old_exports = packages.exports().filter(finished_at__lt=now - KEPT_PACKAGE)
    old_looks = packages.imports().filter(finished_at__lt=now - KEPT_LOOK)
    for transfer in (old_exports | old_looks | packages.imports().exclude(kept)).iterator():
        with transaction.atomic():
            _drop_package(transfer)
    discard_leftovers()
    done_with = Q(over, finished_at__lt=now - KEPT_REPORT)
    abandoned = Q(status=Transfer.Status.WAITING, created__lt=now - ABANDONED)
    for transfer in Transfer.objects.filter(done_with | abandoned).iterator():
        transfer.delete()


@contextlib.contextmanager
def local_copy(file: Any) -> Iterator[Path]:
    """The path of a stored file, copied where the storage is elsewhere, for as long as the block runs."""
    try:
        path = Path(file.path)
    except NotImplementedError:
        path = None
    if path is not None:
        yield path
        return
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "package"
        with file.open("rb") as source, path.open("wb") as out:
            for chunk in source.chunks():
                give_way()
                out.write(chunk)
        yield path


@contextlib.contextmanager
def _linkable(file: File[Any]) -> Iterator[File[Any]]:
    """The file; one that is on the disk already, so that a storage need not copy it."""
    if not isinstance(file, TemporaryUploadedFile):
        yield file
        return
    with WholeFile(Path(file.temporary_file_path()), file.name or "package") as whole:
        os.fsync(whole.fileno())
        yield whole


def _packages() -> Storage:
    storage: Storage = Transfer._meta.get_field("package").storage
    return storage


def _drop_package(transfer: Transfer) -> None:
    transfer.package = ""
    transfer.save(update_fields=["package"])


def _refuse_too_many(owner: User) -> None:
    if Transfer.objects.imports().under_way().filter(owner=owner).count() >= MOST_UNDER_WAY:
        raise TooMany


def _language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def _broken_off() -> str:
    return _(
        "Something went wrong on this site, several times. Its administrators can find out what."
    )
