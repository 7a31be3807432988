"""A plan made real: rows and files, in the transaction of whoever calls."""

import contextlib
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile, File
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kind_named
from educa.courses.models import (
    Attachment,
    CaptionTrack,
    Content,
    Module,
    Text,
    Video,
)
from educa.interchange import captions
from educa.interchange.addresses import Elsewhere, ToCourse, ToFile, ToObject
from educa.interchange.archive import CHUNK, Archive
from educa.interchange.models import (
    ImportedAttachment,
    ImportedContent,
    ImportedCourse,
    ImportedModule,
)
from educa.interchange.outline import keyed
from educa.interchange.plan import Plan, PlannedAttachment, PlannedContent, PlannedModule, Progress
from educa.interchange.planning import clean_title
from educa.lib.html import sanitize
from educa.lib.ordering import arrange
from educa.lib.uploads import checked_picture, media_type_of

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes give the same archive, whenever it is made


def fingerprint(*values: object) -> str:
    """A checksum that differs when any of the values does."""
    return sha256("\0".join(map(repr, values)).encode()).hexdigest()


class Builder:
    """Writes one plan into one course, new or imported before.

    What the package has not changed since the last import is left as it is, with what the instructor
    made of it; what it has changed is replaced, in place, so that completions stay; what it has no
    more goes; what the instructor added stays, after what was imported.
    """

    def __init__(
        self, archive: Archive, plan: Plan, source: ImportedCourse, progress: Progress
    ) -> None:
        self.archive, self.plan, self.source, self.progress = archive, plan, source, progress
        self.course = source.course
        self.modules = {m.identifier: m for m in source.importedmodules.select_related("module")}
        self.contents = {
            c.identifier: c for c in source.importedcontents.select_related("content__module")
        }
        self.attachments = {
            a.identifier: a for a in source.importedattachments.select_related("attachment")
        }
        self.links: dict[str, str] = {}
        self.media: dict[str, str] = {}
        # The next free place in the modules of a new course, where nothing else can come in between.
        self.places: dict[int, int] = {}
        self.is_new = not self.modules and not self.contents
        self.total = len(plan.attachments) + sum(len(module.contents) for module in plan.modules)
        self.done = 0

    def build(self) -> int:
        """Write everything; how many contents, modules and attachments were removed."""
        self._details()
        for attachment in self.plan.attachments.values():
            self._attachment(attachment)
            self._step()
        rows = [(planned, self._module(planned)) for planned in self.plan.modules]
        written = [
            (p, self._content(p, module)) for planned, module in rows for p in planned.contents
        ]
        self._remember_places()
        for planned, imported in written:
            if planned.html is not None:
                self._fill(planned, imported)
            self._step()
        removed = self._remove_gone()
        for planned_module, module in rows:
            self._arrange_contents(planned_module, module)
        put_first(self.course.modules.all(), [module.pk for _planned, module in rows])
        return removed

    def _step(self) -> None:
        self.done += 1
        self.progress(_("Writing"), self.done, self.total)

    def _details(self) -> None:
        """Title, overview and cover, where the package has changed them."""
        outline = self.plan.outline
        title, overview = course_title(self.plan), outline.overview.replace("\0", "")
        details = fingerprint(title, overview)
        if details != self.source.details:
            self.course.title, self.course.overview = title, overview
            self.course.save(update_fields=["title", "overview", "updated"])
            self.source.details = details
        if self.plan.cover:
            checksum = self.archive.checksum(self.plan.cover)
            if checksum != self.source.cover:
                with self.archive.file(self.plan.cover) as file:
                    self.course.cover = checked_picture(file).file
                    self.course.save(update_fields=["cover", "updated"])
                self.source.cover = checksum
        self.source.save()

    def _attachment(self, planned: PlannedAttachment) -> None:
        identifier = keyed(planned.key)
        known = self.attachments.get(identifier)
        checksum = fingerprint(
            planned.zipped, *((n, self.archive.checksum(n)) for n in planned.files)
        )
        attachment = (
            known.attachment
            if known
            else Attachment(course=self.course, path=planned.files[0][:500])
        )
        if known is None or known.checksum != checksum:
            with self._bytes(planned) as file:
                attachment.file, attachment.size = file, file.size
                attachment.media_type = media_type_of(file, planned.name)
                attachment.name, attachment.instructors_only = (
                    planned.name,
                    planned.instructors_only,
                )
                attachment.save()
        elif attachment.instructors_only != planned.instructors_only:
            attachment.instructors_only = planned.instructors_only
            attachment.save(update_fields=["instructors_only"])
        known = known or ImportedAttachment(
            source=self.source, identifier=identifier, attachment=attachment
        )
        if known.checksum != checksum:
            known.checksum = checksum
            known.save()
        self.attachments[identifier] = known
        if not planned.instructors_only:
            self.media[planned.files[0]] = attachment.get_absolute_url()

    @contextlib.contextmanager
    def _bytes(self, planned: PlannedAttachment) -> Iterator[File[Any]]:
        if planned.zipped:
            with zip_of(self.archive, planned.files, planned.name) as file:
                yield file
            return
        with self.archive.file(planned.files[0]) as file:
            is_picture = media_type_of(file, planned.name).startswith("image/")
            yield checked_picture(file).file if is_picture else file

    def _module(self, planned: PlannedModule) -> Module:
        known = self.modules.get(planned.key)
        checksum = fingerprint(planned.title)
        module = known.module if known else Module(course=self.course)
        if known is None or known.checksum != checksum:
            module.title = planned.title
            module.save()
            if self.is_new:
                self.places[module.pk] = 0
            known = known or ImportedModule(
                source=self.source, identifier=planned.key, module=module
            )
            known.checksum = checksum
            known.save()
        self.modules[planned.key] = known
        return module

    def _content(self, planned: PlannedContent, module: Module) -> ImportedContent:
        """The content with its file or link; a text only gets its place, so that others can link to it."""
        kind = kind_named(planned.kind)
        if kind is None:
            raise LookupError(planned.kind)
        known = self.contents.get(planned.key)
        if known and known.content.content_type_id != kind.content_type().pk:
            known.content.delete()  # and the row that remembers it
            known = None
        if known is None:
            known = self._new(planned, module, kind.model(owner=self.course.owner))
        elif known.content.module_id != module.pk:
            known.content.module = module
            known.content.save()
        if planned.html is None:
            self._fill(planned, known)
        self.contents[planned.key] = known
        return known

    def _new(self, planned: PlannedContent, module: Module, item: ItemBase) -> ImportedContent:
        item.title = planned.title
        checksum = ""
        if isinstance(item, Text):
            item.format = Text.Format.HTML
            item.save()
        else:
            checksum = self._checksum(planned)
            self._write(planned, item)
        content = Content(module=module, item=item)
        if module.pk in self.places:
            content.order = self.places[module.pk]
            self.places[module.pk] += 1
        content.save()
        return ImportedContent.objects.create(
            source=self.source, identifier=planned.key, content=content, checksum=checksum
        )

    def _fill(self, planned: PlannedContent, imported: ImportedContent) -> None:
        """Bring a content's item up to date, if the package says something new."""
        html = self._html(planned)
        checksum = self._checksum(planned, html)
        item = imported.content.item
        if checksum == imported.checksum or not isinstance(item, ItemBase):
            return
        item.title = planned.title
        if isinstance(item, Text):
            item.format, item.content = Text.Format.HTML, html
            item.save()
        else:
            self._write(planned, item)
        imported.checksum = checksum
        imported.save(update_fields=["checksum"])

    def _checksum(self, planned: PlannedContent, html: str = "") -> str:
        names = [name for name in (planned.file, *(t.file for t in planned.tracks)) if name]
        files = [self.archive.checksum(name) for name in names]
        tracks = [track.language for track in planned.tracks]
        return fingerprint(planned.title, planned.kind, planned.url, html, files, tracks)

    def _html(self, planned: PlannedContent) -> str:
        if planned.html is None:
            return ""
        html = planned.html()
        return str(sanitize(html, rewrite=lambda address: self._resolved(address, planned.path)))

    def _write(self, planned: PlannedContent, item: ItemBase) -> None:
        """Save an item with the link or the file that is planned."""
        if isinstance(item, Video) and planned.url:
            item.url, item.file = planned.url, ""
            item.save()
            return
        with self.archive.file(planned.file) as file:
            item.file = file  # type: ignore[attr-defined]
            if isinstance(item, Video):
                item.url = ""
            item.save()
        if isinstance(item, Video):
            self._write_tracks(planned, item)

    def _write_tracks(self, planned: PlannedContent, video: Video) -> None:
        for track in planned.tracks:
            CaptionTrack.objects.filter(video=video, language=track.language).delete()
            text = captions.read(self.archive, track.file)
            file = ContentFile(text.encode(), name=f"{track.language}.vtt")
            CaptionTrack.objects.create(
                video=video, language=track.language, label=track.language, file=file
            )

    def _remember_places(self) -> None:
        """Where each content can be read, and each content's file be had."""
        keys = {p.key: p for module in self.plan.modules for p in module.contents}
        for key in keys:
            content = self.contents[key].content
            place = reverse(
                "student_course_detail_module", args=[self.course.pk, content.module_id]
            )
            self.links[key] = f"{place}?content={content.pk}"
        for name, key in self.plan.places.items():
            planned = keys.get(key)
            item = self.contents[key].content.item if planned and planned.file == name else None
            if item is not None:
                self.media.setdefault(name, reverse("media", args=[item.file.name]))

    def _resolved(self, address: str, path: str) -> str | None:
        """The address here of what an address in the package means; None for what is not here."""
        target = self.plan.addresses.target(address, path)
        if isinstance(target, Elsewhere):
            return target.address
        if isinstance(target, ToCourse):
            return reverse("student_course_detail", args=[self.course.pk])
        if isinstance(target, ToObject):
            return with_fragment(self.links.get(target.key), target.fragment)
        if isinstance(target, ToFile):
            place = self.links.get(self.plan.places.get(target.name, ""))
            return self.media.get(target.name) or with_fragment(place, target.fragment)
        return None

    def _remove_gone(self) -> int:
        """Delete what the package had once and has no more; a module only when nothing is left in it."""
        kept = {planned.key for module in self.plan.modules for planned in module.contents}
        gone = [c for key, c in self.contents.items() if key not in kept]
        for imported in gone:
            imported.content.delete()
        attached = set(map(keyed, self.plan.attachments))
        old = [a for key, a in self.attachments.items() if key not in attached]
        for attachment in old:
            attachment.attachment.delete()
        still = {module.key for module in self.plan.modules}
        empty = [
            m
            for key, m in self.modules.items()
            if key not in still and not m.module.contents.exists()
        ]
        for module in empty:
            module.module.delete()
        return len(gone) + len(old) + len(empty)

    def _arrange_contents(self, planned: PlannedModule, module: Module) -> None:
        put_first(module.contents.all(), [self.contents[p.key].content.pk for p in planned.contents])


def put_first(rows: QuerySet[Any], first: Sequence[int]) -> None:
    """Put the rows with these keys first, in this order, and leave the others as they follow each other."""
    placed = set(first)
    now = rows.order_by("order").values_list("pk", flat=True)
    arrange(rows, [*first, *(key for key in now if key not in placed)])


def with_fragment(place: str | None, fragment: str) -> str | None:
    return f"{place}#c-{fragment}" if place and fragment else place


def course_title(plan: Plan) -> str:
    """The title of the course, never empty."""
    return clean_title(plan.outline.title, 200, _("Imported course"))


@contextlib.contextmanager
def zip_of(archive: Archive, names: Sequence[str], shown: str) -> Iterator[File[Any]]:
    """A zip archive with these files of the package, for as long as the block runs."""
    with tempfile.SpooledTemporaryFile(max_size=CHUNK * 16) as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in names:
                entry = zipfile.ZipInfo(name, ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.file(name) as file, packed.open(entry, "w") as target:
                    for chunk in file.chunks():
                        target.write(chunk)
        size = out.seek(0, 2)
        out.seek(0)
        packed_file: File[Any] = File(out, name=shown)
        packed_file.size = size
        yield packed_file
