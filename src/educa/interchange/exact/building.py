"""A course written as `educa.json` tells it."""

import contextlib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.urls import reverse

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import Kind, kind_named
from educa.courses.models import CaptionTrack, Content, Module, Video
from educa.interchange.building import Builder, fingerprint
from educa.interchange.exact.fields import file_fields, set_from_json
from educa.interchange.exact.links import Find, with_addresses, word
from educa.interchange.exact.reading import ExactContent
from educa.interchange.models import ImportedContent
from educa.interchange.plan import PlannedContent, PlannedModule
from educa.interchange.report import Status
from educa.lib.webvtt import MAX_BYTES

Files = dict[str, File[Any]]
HALF = 32  # characters of a content's checksum that are for its files; the rest is for what it says


class ExactBuilder(Builder):
    """Writes items of any kind, field by field.

    Texts lead to contents and files that are written later, so that each item is written when its place
    is made, and once more when all places are known. A content that turns out to be none, because its
    own kind does not take it, is left out, and the report says so.
    """

    def _content(self, planned: PlannedContent, module: Module) -> ImportedContent | None:
        kind = kind_named(planned.kind)
        if kind is None or not isinstance(planned, ExactContent):
            raise LookupError(planned.kind)
        checksum = self._checksum(planned)[:HALF]
        before = self.contents.get(planned.key)
        is_new = before is None or before.checksum[:HALF] != checksum
        with contextlib.ExitStack() as stack:
            # Before the savepoint: to read a large file takes long.
            files = self._files(planned, stack) if is_new else {}
            try:
                with transaction.atomic():
                    known = self._placed(planned, kind, module, checksum, files)
            except ValidationError as error:
                self._leave_out(planned, error)
                return None
        self.contents[planned.key] = known
        return known

    def _files(self, planned: ExactContent, stack: contextlib.ExitStack) -> Files:
        files = {}
        for name, told in planned.files.items():
            files[name] = stack.enter_context(self._file(told.path))
            files[name].name = told.name
        return files

    def _placed(
        self, planned: ExactContent, kind: Kind, module: Module, checksum: str, files: Files
    ) -> ImportedContent:
        """The content with its files; what it says may still hold words in the place of addresses."""
        known = self._known(planned, kind, module)
        if known is None:
            item = kind.model(owner=self.course.owner)
            self._write_whole(planned, item, files)
            content = self._place(Content(module=module, item=item))
            return ImportedContent.objects.create(
                source=self.source, identifier=planned.key, content=content, checksum=checksum
            )
        if known.checksum[:HALF] != checksum:
            changed: Any = known.content.item
            changed.remember(author=None)
            self._write_whole(planned, changed, files)
            known.checksum = checksum
            known.save(update_fields=["checksum"])
        return known

    def _checksum(self, planned: PlannedContent, html: str = "") -> str:
        """One of the files that belong to the content."""
        files = planned.files if isinstance(planned, ExactContent) else {}
        return fingerprint(
            planned.kind,
            [(name, f.name, self.archive.checksum(f.path)) for name, f in sorted(files.items())],
            [(t.language, t.label, self.archive.checksum(t.file)) for t in planned.tracks],
        )

    def _write_whole(self, planned: ExactContent, item: ItemBase, files: Files) -> None:
        set_from_json(item, self._said(planned, item, self._find_so_far))
        for field in file_fields(type(item)):
            setattr(item, field.name, files.get(field.name, ""))
        item.save()
        if isinstance(item, Video):
            self._write_tracks(planned, item)

    def _write_tracks(self, planned: PlannedContent, video: Video) -> None:
        for track in planned.tracks:
            CaptionTrack.objects.filter(video=video, language=track.language).delete()
            data = ContentFile(self.archive.read(track.file, MAX_BYTES), name="captions.vtt")
            CaptionTrack.objects.create(
                video=video, language=track.language, label=track.label, file=data
            )

    def _complete(self, planned: PlannedContent, imported: ImportedContent) -> None:
        """Bring what the item says up to date, now that all addresses are known."""
        item: Any = imported.content.item
        values = self._said(planned, item, self._find)
        files, before = imported.checksum[:HALF], imported.checksum[HALF:]
        checksum = fingerprint(planned.kind, sorted(values.items()))[:HALF]
        if checksum == before:
            return
        try:
            if before or values != self._said(planned, item, unresolved):
                with transaction.atomic():
                    self._overwrite(item, values, is_old=bool(before))
        except ValidationError as error:
            self._leave_out(planned, error)
            return
        imported.checksum = files + checksum
        imported.save(update_fields=["checksum"])

    def _overwrite(self, item: ItemBase, values: dict[str, Any], *, is_old: bool) -> None:
        if is_old:
            item.remember(author=None)  # what its instructor has made of it since
        set_from_json(item, values)
        item.save()
        if is_old:
            item.remember(author=None)

    def _leave_out(self, planned: PlannedContent, error: ValidationError) -> None:
        for entry in self.plan.report.entries:
            if entry.identifier == planned.key:
                entry.status, entry.became = Status.SKIPPED, ""
                entry.reason = " ".join(error.messages)

    def _said(self, planned: PlannedContent, item: ItemBase, find: Find) -> dict[str, Any]:
        """What the package says of the plain fields, with addresses of this site."""
        values = dict(planned.values()) if isinstance(planned, ExactContent) else {}
        for name in type(item).text_fields():
            if isinstance(values.get(name), str):
                values[name] = with_addresses(values[name], find)
        return values

    def _description(self, planned: PlannedModule) -> str | None:
        return with_addresses(planned.description or "", self._find)

    def _overview(self) -> str:
        return with_addresses(self.plan.outline.overview, self._find)

    def _find_so_far(self, what: str, which: str, part: str) -> str:
        """While contents are still being made, what leads to them stays a word."""
        return self._find(what, which, part) or unresolved(what, which, part)

    def _find(self, what: str, which: str, part: str) -> str | None:
        """The address here of what a word means."""
        if what == "course":
            return reverse("student_course_detail", args=[self.course.pk])
        if what == "page":
            return self.course.get_absolute_url()
        if what == "module" and which in self.modules:
            module = self.modules[which].module
            return reverse("student_course_detail_module", args=[self.course.pk, module.pk])
        if what == "attachment" and which in self.attachments:
            return self.attachments[which].attachment.get_absolute_url()
        if what == "file":
            return self.media.get(f"{which}/{part}")
        return self.links.get(which) if what == "content" else None

    def _remember_places(self) -> None:
        super()._remember_places()
        for planned in self._written_contents():
            if isinstance(planned, ExactContent) and planned.files:
                self._remember_files(planned.key, planned)

    def _remember_files(self, key: str, planned: ExactContent) -> None:
        item = self.contents[key].content.item
        for name in planned.files:
            self.media[f"{key}/{name}"] = reverse("media", args=[getattr(item, name).name])


def unresolved(what: str, which: str, part: str) -> str:
    """Leaves a word as it is, to find out whether there is one."""
    return word(what, *filter(None, (which, part)))
