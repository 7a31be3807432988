"""What each thing of a package is going to be: decided and judged before a single row or file is written."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _

from educa.interchange import captions, placeholders, xml
from educa.interchange.addresses import Addresses, Elsewhere, ToFile
from educa.interchange.archive import Archive
from educa.interchange.imscc import what_of_file
from educa.interchange.judging import Judge, too_large
from educa.interchange.manifest import NAME as MANIFEST
from educa.interchange.outline import (
    ITEM,
    Foreign,
    Heading,
    Leaf,
    Link,
    Missing,
    Outline,
    Packed,
    Page,
    Part,
    Prose,
    What,
    keyed,
)
from educa.interchange.pages import (
    MAX_PAGE,
    Prepared,
    is_page,
    is_web,
    one_line,
    prepare,
    read_page,
)
from educa.interchange.plan import (
    Captions,
    Plan,
    PlannedAttachment,
    PlannedContent,
    PlannedModule,
    Progress,
)
from educa.interchange.report import Entry, Report, Status
from educa.lib.embeds import embed_for
from educa.lib.html import sanitize
from educa.lib.uploads import shown_name

LOOSE_PART = "(not in any module)"
OTHER_FILES = "(other files)"
MAX_ADDRESS = 4_000  # characters of a link


def plan_import(archive: Archive, outline: Outline, report: Report, progress: Progress) -> Plan:
    """Decide what everything in the package becomes, and say so in the report. Writes nothing."""
    return Planner(archive, outline, report, progress).plan()


class Planner:
    """One walk over the outline, then over the pages that texts link to, then over the files that are left."""

    def __init__(
        self, archive: Archive, outline: Outline, report: Report, progress: Progress
    ) -> None:
        self.archive, self.outline, self.report, self.progress = archive, outline, report, progress
        leaves = [*(leaf for part in outline.parts for leaf in part.leaves), *outline.loose]
        self.visible = {
            leaf.key: leaf
            for leaf in leaves
            if not leaf.hidden and not isinstance(leaf.body, Missing)
        }
        objects = {
            name: leaf.key
            for leaf in reversed(list(self.visible.values()))
            for name in leaf.objects
        }
        objects |= {key: key for key in self.visible}
        for part in outline.parts:
            first = next((leaf.key for leaf in part.leaves if leaf.key in self.visible), None)
            if first:
                objects.setdefault(part.key.removeprefix(ITEM), first)
        self._plan = Plan(outline, Addresses(archive, objects), report)
        self.judge = Judge(archive)
        shown_files = {main_file(leaf) for leaf in self.visible.values()}
        self.hidden = dict(outline.hidden_files) | {
            main_file(leaf): leaf.hidden
            for leaf in leaves
            if leaf.hidden and main_file(leaf) not in shown_files
        }
        self.used: set[str] = {MANIFEST, *outline.bookkeeping}
        self.linked: dict[str, None] = {}
        self.module = PlannedModule("", "")
        self.total, self.done = len(leaves), 0

    def plan(self) -> Plan:
        for part in self.outline.parts:
            self._part(part)
        self._part(Part(LOOSE_PART, _("Not in any module"), self.outline.loose), keep_empty=False)
        self._cover()
        self._linked_files()
        self._other_files()
        self.report.modules = len(self._plan.modules)
        return self._plan

    def _part(self, part: Part, *, keep_empty: bool = True) -> None:
        """A module, unless students could see nothing of it in the source."""
        title = clean_title(part.title, 200, self.outline.title or _("Module"))
        self.module = PlannedModule(part.key, title)
        for leaf in part.leaves:
            self._leaf(leaf)
            self.done += 1
            self.progress(_("Reading"), self.done, self.total)
        if part.key == LOOSE_PART:
            self._linked_pages()
        unseen = part.hidden or (part.leaves and all(leaf.hidden for leaf in part.leaves))
        if self.module.contents or (keep_empty and not unseen):
            self._plan.modules.append(self.module)

    def _leaf(self, leaf: Leaf) -> None:
        body = leaf.body
        if isinstance(body, Missing):
            self._tell(leaf, Status.SKIPPED, reason=body.reason)
        elif leaf.hidden:
            self._keep(leaf, leaf.hidden)
        elif isinstance(body, Heading):
            html = heading_html([self.visible[key] for key in body.members if key in self.visible])
            self._text(leaf, "", lambda: html)
            self._tell(
                leaf, Status.SIMPLIFIED, "text", _("headings become a short text with links")
            )
        elif isinstance(body, Link):
            self._link(leaf, body.url)
        elif isinstance(body, Packed):
            self._file(leaf, body.path)
        elif isinstance(body, Foreign):
            self._foreign(leaf, body)
        else:
            self._prose(leaf, body)

    def _link(self, leaf: Leaf, url: str) -> None:
        self.used.update(leaf.sources)
        if embed := embed_for(url, settings.EDUCA_VIDEO_HOSTS):
            self._add(leaf, "video", url=embed.watch_url)
            self._tell(leaf, Status.IMPORTED, "video")
        elif is_web(url) and len(url) <= MAX_ADDRESS:
            self._text(leaf, "", lambda: placeholders.link(url, leaf.title))
            self._tell(leaf, Status.IMPORTED, "text")
        else:
            self._replace(leaf, "", _("its address is none of the web"))

    def _file(self, leaf: Leaf, path: str) -> None:
        verdict = self.judge.verdict(path)
        if not verdict.kind:
            self._replace(leaf, "", leaf.note or verdict.reason)
            return
        self.used.add(path)
        self._plan.places.setdefault(path, leaf.key)
        self._add(leaf, verdict.kind, file=path, tracks=self._tracks(path))
        self._tell(leaf, Status.IMPORTED, verdict.kind)

    def _foreign(self, leaf: Leaf, body: Foreign) -> None:
        if body.placeholder:
            self._replace(
                leaf, self._detail(leaf, body), leaf.note or placeholders.reason(leaf.what)
            )
        else:
            self._keep(leaf, leaf.note or placeholders.reason(leaf.what))

    def _detail(self, leaf: Leaf, body: Foreign) -> str:
        try:
            return prepare(body.load() if body.load else "", self._keeps(body.path)).html
        except xml.BrokenXml:
            return ""

    def _prose(self, leaf: Leaf, body: Page | Prose) -> None:
        """A text, or the one video that the text consists of."""
        load = self._loader(body)
        prepared = load()
        self._plan.places.setdefault(body.path, leaf.key)
        self.used.update(
            s for s in [body.path, *leaf.sources] if s == body.path or s.endswith(".xml")
        )
        if (
            prepared.only
            and leaf.what == What.PAGE
            and self._only_video(leaf, prepared.only, body.path)
        ):
            return
        dead = self._collect(prepared.html, body.path)
        notes = [note for note in (leaf.note, *prepared.notes) if note]
        if dead:
            notes.append(_("%(count)s of its links led nowhere") % {"count": dead})
        if leaf.what in placeholders.TEXT_ONLY:
            notes.insert(0, placeholders.reason(leaf.what))
        if leaf.what == What.ASSIGNMENT:
            self._attach_sources(leaf)
        self._text(leaf, body.path, lambda: load().html)
        self._tell(leaf, Status.SIMPLIFIED if notes else Status.IMPORTED, "text", "; ".join(notes))

    def _loader(self, body: Page | Prose) -> Callable[[], Prepared]:
        def load() -> Prepared:
            if isinstance(body, Page):
                html = read_page(self.archive.read(body.path, MAX_PAGE)).html
            else:
                html = body.load()
            return prepare(html, self._keeps(body.path))

        return load

    def _keeps(self, path: str) -> Callable[[str], bool]:
        def keeps(address: str) -> bool:
            target = self._plan.addresses.target(address, path)
            if not isinstance(target, ToFile) or target.name in self.hidden:
                return False
            return self.judge.verdict(target.name).kind == "image"

        return keeps

    def _only_video(self, leaf: Leaf, address: str, path: str) -> bool:
        target = self._plan.addresses.target(address, path)
        if isinstance(target, Elsewhere) and embed_for(target.address, settings.EDUCA_VIDEO_HOSTS):
            self._add(leaf, "video", url=target.address)
        elif isinstance(target, ToFile) and self.judge.verdict(target.name).kind == "video":
            self.used.add(target.name)
            self._add(leaf, "video", file=target.name, tracks=self._tracks(target.name))
        else:
            return False
        self._tell(leaf, Status.IMPORTED, "video")
        return True

    def _collect(self, html: str, path: str) -> int:
        """Remember the files that a text leads to; how many of its addresses lead nowhere."""
        dead = 0

        def look(address: str) -> str | None:
            nonlocal dead
            target = self._plan.addresses.target(address, path)
            if isinstance(target, ToFile) and target.name not in self.hidden:
                self.linked[target.name] = None
            elif target is None or isinstance(target, ToFile):
                dead += 1
            return address

        sanitize(html, rewrite=look)
        return dead

    def _linked_pages(self) -> None:
        """Pages that only a link names become contents too, and so do those that these link to."""
        seen: set[str] = set()
        while new := [
            n for n in self.linked if is_page(n) and n not in self.used and n not in seen
        ]:
            for name in new:
                seen.add(name)
                if name in self.hidden or self.archive.size(name) > MAX_PAGE:
                    continue
                title = (
                    read_page(self.archive.read(name, MAX_PAGE)).title or name.rpartition("/")[2]
                )
                self._leaf(Leaf(keyed(f"file:{name}"), title, What.PAGE, Page(name), [name]))

    def _linked_files(self) -> None:
        """Files that texts lead to, and that are no contents of their own."""
        for name in self.linked:
            if name in self._plan.places or name in self._plan.attachments or name in self.hidden:
                continue
            if self.judge.verdict(name).kind:
                self.used.add(name)
                self._attach(name, instructors_only=False)
                self._tell_file(name, Status.IMPORTED, "attachment", _("linked from a text"))

    def _other_files(self) -> None:
        """What is left, for instructors only: one by one what may be stored, the rest in one archive."""
        packed: list[str] = []
        size = 0
        for name in [name for name in self.archive.names if name not in self.used]:
            verdict = self.judge.verdict(name)
            size += 0 if verdict.kind else self.archive.size(name)
            if verdict.kind:
                self._attach(name, instructors_only=True)
                reason = self.hidden.get(name) or _("nothing in the course names or links it")
            elif reason := too_large(size):
                size -= self.archive.size(name)
                self._tell_file(name, Status.SKIPPED, reason=reason)
                continue
            else:
                packed.append(name)
                reason = verdict.reason
            self._tell_file(name, Status.KEPT, "attachment", reason)
        if packed:
            self._zip(OTHER_FILES, _("Other files"), packed)

    def _cover(self) -> None:
        cover = self.outline.cover
        if cover and self.judge.verdict(cover).kind == "image":
            self.used.add(cover)
            self._plan.cover = cover
            self._tell_file(cover, Status.IMPORTED, "cover")

    def _tracks(self, video: str) -> list[Captions]:
        """The captions of a video, those that can be read; others are told and left out."""
        kept = {}
        for track in self.outline.tracks:
            if track.video != video or track.captions in self.used:
                continue
            self.used.add(track.captions)
            try:
                captions.read(self.archive, track.captions)
            except ValidationError as error:
                self._tell_file(track.captions, Status.SKIPPED, reason=" ".join(error.messages))
            else:
                kept[track.language] = Captions(track.language[:35], track.captions)
                self._tell_file(track.captions, Status.IMPORTED, "captions")
        return list(kept.values())

    def _replace(self, leaf: Leaf, detail: str, reason: str) -> None:
        """A note in the place of what can't come in, and its source beside it."""
        html = placeholders.note(leaf.what) + detail
        self._collect(html, leaf.sources[0] if leaf.sources else "")
        self._text(leaf, leaf.sources[0] if leaf.sources else "", lambda: html)
        status = Status.KEPT if self._attach_sources(leaf) else Status.SKIPPED
        self._tell(
            leaf, status, "text", _("%(reason)s; a note stands in its place") % {"reason": reason}
        )

    def _keep(self, leaf: Leaf, reason: str) -> None:
        """Only the source of it, for instructors."""
        if self._attach_sources(leaf):
            self._tell(leaf, Status.KEPT, "attachment", reason)
        else:
            self._tell(leaf, Status.SKIPPED, reason=reason)

    def _attach_sources(self, leaf: Leaf) -> bool:
        files = [name for name in leaf.sources if name in self.archive]
        self.used.update(files)
        if not files or too_large(sum(map(self.archive.size, files))):
            return False
        self._zip(f"source:{leaf.key}", f"{leaf.what.label} - {leaf.title}", files)
        return True

    def _zip(self, key: str, title: str, files: list[str]) -> None:
        self.used.update(files)
        name = shown_name(f"{clean_title(title, 100, 'source').replace('/', '-')}.zip")
        self._plan.attachments[key] = PlannedAttachment(
            key, name, files, zipped=True, instructors_only=True
        )

    def _attach(self, name: str, *, instructors_only: bool) -> None:
        self._plan.attachments[name] = PlannedAttachment(
            name, shown_name(name), [name], instructors_only=instructors_only
        )

    def _text(self, leaf: Leaf, path: str, html: Callable[[], str]) -> None:
        self.module.contents.append(
            PlannedContent(leaf.key, self._title(leaf), "text", path=path, html=html)
        )

    def _add(
        self,
        leaf: Leaf,
        kind: str,
        *,
        file: str = "",
        url: str = "",
        tracks: Iterable[Captions] = (),
    ) -> None:
        self.module.contents.append(
            PlannedContent(
                leaf.key, self._title(leaf), kind, file=file, url=url, tracks=list(tracks)
            )
        )

    def _title(self, leaf: Leaf) -> str:
        return clean_title(leaf.title, 250, str(leaf.what.label))

    def _tell(self, leaf: Leaf, status: Status, became: str = "", reason: str = "") -> None:
        path = leaf.sources[0] if leaf.sources else ""
        self.report.entries.append(
            Entry(
                leaf.key.removeprefix(ITEM),
                path,
                self._title(leaf),
                leaf.what,
                status,
                became,
                reason,
                self.module.title,
            )
        )

    def _tell_file(self, name: str, status: Status, became: str = "", reason: str = "") -> None:
        what = what_of_file(name)
        self.report.entries.append(
            Entry(name, name, name.rpartition("/")[2], what, status, became, reason)
        )


def main_file(leaf: Leaf) -> str:
    """The file that is the thing itself, not merely one that it uses; "" when there is none."""
    return leaf.body.path if isinstance(leaf.body, Page | Prose | Packed) else ""


def clean_title(title: str, limit: int, fallback: str) -> str:
    """A title in one line of at most `limit` characters, cut between words, never empty."""
    line = (
        one_line("".join(c if c.isprintable() or c.isspace() else " " for c in title)) or fallback
    )
    if len(line) <= limit:
        return line
    cut = (
        line[: limit - 1].rsplit(" ", 1)[0]
        if " " in line[limit // 2 : limit]
        else line[: limit - 1]
    )
    return f"{cut.rstrip()}…"


def heading_html(members: list[Leaf]) -> str:
    """A list of links to what stands below a heading."""
    links = (
        f'<li><a href="$CANVAS_OBJECT_REFERENCE$/content/{quote(m.key, safe="")}">{escape(m.title)}</a></li>'
        for m in members
    )
    return f"<ul>{''.join(links)}</ul>" if members else ""
