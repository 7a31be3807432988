"""A plan made real: rows and files, in the transaction of whoever calls."""

import contextlib
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from educa.courses.actions import restore_module, trash_content, trash_module
from educa.courses.actions.locking import lock_outline
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import Kind, kind_named
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
from educa.interchange.slices import OneTransaction
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
    more goes into the trash, and what it has comes back from there; what the instructor added stays,
    after what was imported.
    """

    def __init__(
        self,
        archive: Archive,
        plan: Plan,
        source: ImportedCourse,
        progress: Progress,
        slices: OneTransaction,
    ) -> None:
        self.archive, self.plan, self.source, self.progress = archive, plan, source, progress
        self.slices = slices
        self.course = source.course
        self.modules = {m.identifier: m for m in source.importedmodules.select_related("module")}
        self.contents: dict[str, ImportedContent] = {}
        self.attachments = {
            a.identifier: a for a in source.importedattachments.select_related("attachment")
        }
        self.links: dict[str, str] = {}
        self.media: dict[str, str] = {}
        # The next free place in the modules of a new course, where nothing else can come in between.
        self.places: dict[int, int] = {}
        self.is_new = not source.importedcontents.exists() and not self.modules
        # Each content is written twice: when it gets its place, and when all the places are known.
        self.total = len(plan.attachments) + 2 * sum(len(m.contents) for m in plan.modules)
        self.done = 0

    def build(self) -> int:
        """Write everything; how many contents, modules and attachments were removed."""
        lock_outline(self.course.pk)
        for attachment in self.plan.attachments.values():
            self._attachment(attachment)
            self._step()
        rows = [(planned, self._module(planned)) for planned in self.plan.modules]
        # After the modules, of which some may have come back with their contents.
        self.contents = {
            c.identifier: c for c in self.source.importedcontents.select_related("content__module")
        }
        written = [(p, self._content(p, module)) for p, module in self._each_content(rows)]
        self._remember_places()
        self._details()
        for planned_module, _module in rows:
            self._fill_module(planned_module)
        for planned, imported in written:
            if imported is not None:
                self._complete(planned, imported)
            self._step()
        removed = self._remove_gone()
        for planned_module, module in rows:
            self._arrange_contents(planned_module, module)
        put_first(self.course.modules.all(), [module.pk for _planned, module in rows])
        return removed

    def _each_content(
        self, rows: Sequence[tuple[PlannedModule, Module]]
    ) -> Iterator[tuple[PlannedContent, Module]]:
        """Each content with its module, a step apart."""
        for planned, module in rows:
            for content in planned.contents:
                yield content, module
                self._step()

    def _step(self) -> None:
        self.done += 1
        self.slices.breathe()
        self.progress(_("Writing"), self.done, self.total)

    def _details(self) -> None:
        """Title, overview and cover, where the package has changed them."""
        title, overview = course_title(self.plan), self._overview()
        details = fingerprint(title, overview)
        if details != self.source.details:
            self.course.title, self.course.overview = title, overview
            self.course.save(update_fields=["title", "overview", "updated"])
            self.source.details = details
        if self.plan.cover:
            checksum = self.archive.checksum(self.plan.cover)
            if checksum != self.source.cover:
                with self._file(self.plan.cover) as file:
                    self.course.cover = checked_picture(file).file
                    self.course.save(update_fields=["cover", "updated"])
                self.source.cover = checksum
        self.source.save()

    def _overview(self) -> str:
        return self.plan.outline.overview.replace("\0", "")

    def _attachment(self, planned: PlannedAttachment) -> None:
        identifier = keyed(planned.key)
        known = self.attachments.get(identifier)
        checksum = fingerprint(
            planned.name, planned.zipped, *((n, self.archive.checksum(n)) for n in planned.files)
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
            with contextlib.ExitStack() as stack:
                with self.slices.outside():
                    packed = zip_of(self.archive, planned.files, planned.name)
                    file = stack.enter_context(packed)
                yield file
            return
        with self._file(planned.files[0]) as file:
            file.name = planned.name
            is_picture = media_type_of(file, planned.name).startswith("image/")
            yield checked_picture(file).file if is_picture else file

    @contextlib.contextmanager
    def _file(self, name: str) -> Iterator[File[Any]]:
        """A file of the package, to be stored."""
        with contextlib.ExitStack() as stack:
            wait = self.slices.outside if self.archive.is_large(name) else contextlib.nullcontext
            with wait():
                file = stack.enter_context(self.archive.stored(name))
            yield file

    def _module(self, planned: PlannedModule) -> Module:
        """The module, perhaps a new one or one from the trash."""
        known = self.modules.get(planned.key) or self._new_module(planned)
        if known.module.trashed_at:
            restore_module(module=known.module)
            known.module.refresh_from_db()
        self.modules[planned.key] = known
        return known.module

    def _new_module(self, planned: PlannedModule) -> ImportedModule:
        module = Module.objects.create(course=self.course, title=planned.title)
        if self.is_new:
            self.places[module.pk] = 0
        return ImportedModule(source=self.source, identifier=planned.key, module=module)

    def _fill_module(self, planned: PlannedModule) -> None:
        """Give it title and description, where the package has changed them."""
        known, description = self.modules[planned.key], self._description(planned)
        checksum = fingerprint(planned.title, description)
        if known.checksum != checksum:
            known.module.title = planned.title
            if description is not None:
                known.module.description = description
            known.module.save()
            known.checksum = checksum
            known.save()

    def _description(self, planned: PlannedModule) -> str | None:
        """What the package says of a module, if its format has a place for that."""
        return None

    def _content(self, planned: PlannedContent, module: Module) -> ImportedContent | None:
        """The content with its file or link; a text only gets its place, so that others can link to it."""
        kind = kind_named(planned.kind)
        if kind is None:
            raise LookupError(planned.kind)
        known = self._known(planned, kind, module)
        if known is None:
            known = self._new(planned, module, kind.model(owner=self.course.owner))
        if planned.html is None:
            self._fill(planned, known)
        self.contents[planned.key] = known
        return known

    def _known(self, planned: PlannedContent, kind: Kind, module: Module) -> ImportedContent | None:
        """The content that this one became before, now in this module; None when there is none of its kind."""
        known = self.contents.get(planned.key)
        if known and not isinstance(known.content.item, kind.model):
            self._throw_away(known.content)
            known.delete()
            return None
        if known and (known.content.trashed_at or known.content.module_id != module.pk):
            content = known.content
            content.module, content.trashed_at, content.trashed_by = module, None, None
            content.order = None  # the last place, until all get theirs
            content.save()
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
        content = self._place(Content(module=module, item=item))
        return ImportedContent.objects.create(
            source=self.source, identifier=planned.key, content=content, checksum=checksum
        )

    def _place(self, content: Content) -> Content:
        """Save a new content as the last one of its module."""
        module = content.module_id
        if module in self.places:
            content.order = self.places[module]
            self.places[module] += 1
        content.save()
        return content

    def _complete(self, planned: PlannedContent, imported: ImportedContent) -> None:
        """Write what had to wait until every content has its place."""
        if planned.html is not None:
            self._fill(planned, imported)

    def _fill(self, planned: PlannedContent, imported: ImportedContent) -> None:
        """Bring a content's item up to date, if the package says something new."""
        html = self._html(planned)
        checksum = self._checksum(planned, html)
        item = imported.content.item
        if checksum == imported.checksum or not isinstance(item, ItemBase):
            return
        if imported.checksum:
            item.remember(author=None)  # what its instructor has made of it since
        item.title = planned.title
        if isinstance(item, Text):
            item.format, item.content = Text.Format.HTML, html
            item.save()
        else:
            self._write(planned, item)
        if imported.checksum:
            item.remember(author=None)
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
        with self._file(planned.file) as file:
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
                video=video,
                language=track.language,
                label=track.label or track.language,
                file=file,
            )

    def _remember_places(self) -> None:
        """Where each content can be read, and each content's file be had."""
        keys = {p.key: p for p in self._written_contents()}
        for key in keys:
            content = self.contents[key].content
            place = [self.course.pk, content.pk]
            self.links[key] = reverse("student_content_detail", args=place)
        for name, key in self.plan.places.items():
            planned = keys.get(key)
            item = self.contents[key].content.item if planned and planned.file == name else None
            if item is not None:
                self.media.setdefault(name, reverse("media", args=[item.file.name]))

    def _written_contents(self) -> Iterator[PlannedContent]:
        """Those that have a place."""
        for module in self.plan.modules:
            yield from (planned for planned in module.contents if planned.key in self.contents)

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
        """Put into the trash what the package had once and has no more; a module only when it is empty.

        Attachments are deleted.
        """
        kept = {planned.key for module in self.plan.modules for planned in module.contents}
        gone = [c.content for key, c in self.contents.items() if key not in kept]
        removed = sum(self._throw_away(content) for content in gone)
        attached = set(map(keyed, self.plan.attachments))
        for key, attachment in self.attachments.items():
            if key not in attached:
                attachment.attachment.delete()
                removed += 1
        still = {module.key for module in self.plan.modules}
        for key, imported in self.modules.items():
            module = imported.module
            if key not in still and not module.trashed_at and not module.contents.exists():
                trash_module(module=module, by=self.course.owner)
                removed += 1
        return removed

    def _throw_away(self, content: Content) -> bool:
        """Whether it was not in the trash already."""
        if content.trashed_at:
            return False
        trash_content(content=content, by=self.course.owner)
        return True

    def _arrange_contents(self, planned: PlannedModule, module: Module) -> None:
        placed = [self.contents[p.key] for p in planned.contents if p.key in self.contents]
        put_first(module.contents.all(), [imported.content.pk for imported in placed])


def put_first(rows: QuerySet[Any], first: Sequence[int]) -> None:
    """Put the rows with these keys first, in this order, and leave the others as they follow each other."""
    placed = set(first)
    now = rows.order_by("order").values_list("pk", flat=True)
    arrange(rows, [*first, *(key for key in now if key not in placed)])


def with_fragment(place: str | None, fragment: str) -> str | None:
    return f"{place}#c-{fragment}" if place and fragment else place


def course_title(plan: Plan) -> str:
    """The title of the course, never empty."""
    if plan.is_exact:
        return plan.outline.title
    return clean_title(plan.outline.title, 200, _("Imported course"))


@contextlib.contextmanager
def zip_of(archive: Archive, names: Sequence[str], shown: str) -> Iterator[File[Any]]:
    """A zip archive with these files of the package, for as long as the block runs."""
    folder = str(settings.FILE_UPLOAD_TEMP_DIR)
    with tempfile.SpooledTemporaryFile(max_size=CHUNK * 16, dir=folder) as out:
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
