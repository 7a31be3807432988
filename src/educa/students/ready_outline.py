"""The outline of the player as HTML.

Up to `LONGEST` contents it is the same for all who read the course, but for a few words in it: what is done, and where
somebody is. So it is made once for each generation of the course, with blanks for these.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from educa.courses.generations import contents_generation_of
from educa.courses.models import Course
from educa.courses.outline import Entry, Part
from educa.lib.fragments import Form, blank, fragment, fragments, without_blanks
from educa.lib.remembering import Family
from educa.students.outline import whole_outline_of

PART = "students/course/outline_part.html"
ENTRY = "students/course/outline_entry.html"
LINK = "students/course/outline_link.html"
DONE = "students/course/outline_done.html"
OPEN, CURRENT, CHECKED = (
    SafeString(f" {each}") for each in ("open", 'aria-current="page"', 'class="is-done"')
)

NOTHING = SafeString()


@dataclass(frozen=True)
class ReadyOutline:
    """The outline of a course as all its readers have it; nobody changes what is in it."""

    parts: dict[int, Part]
    """The modules by their keys, in their order, without contents."""
    entries: list[Entry]
    """The contents of all modules in reading order."""
    places: dict[int, int]
    """Where among these a content is, by its key."""
    form: Form

    def done_among(self, done: Collection[int]) -> int:
        """How many of these contents the course has."""
        return sum(content in self.places for content in done)

    def html(self, *, done: Collection[int], current: Entry | None) -> SafeString:
        """The outline of who has done these, and is at that content; without one, all modules are open."""
        there = [self.entries[self.places[each]] for each in done if each in self.places]
        finished = Counter(entry.module_pk for entry in there)
        told: dict[str, object] = {f"done{part}": finished[part] for part in self.parts}
        for part in [current.module_pk] if current else self.parts:
            told[f"open{part}"] = OPEN
        for entry in there:
            told |= {f"state{entry.pk}": CHECKED, f"word{entry.pk}": _done_word()}
        if current:
            told[f"state{current.pk}"] = CURRENT + (CHECKED if current.pk in done else NOTHING)
        return self.form.filled(told)


READY: Family[ReadyOutline | None] = Family("player_outline", near=True)


def ready_outline_of(course: Course) -> ReadyOutline | None:
    """The outline of a course in the reader's language; None of a long one.

    Takes no statement where it is kept.
    """
    key: list[int | str] = [course.pk, get_language() or "none"]
    return READY.get(key, lambda: contents_generation_of(course), lambda: _made(course))


def parts_html(parts: Iterable[Part], current: Part | None) -> SafeString:
    """The modules of a course with what they have at hand; the current one is open, and all are where there is none."""
    return _joined(_part(part, is_open=current is None or current.pk == part.pk) for part in parts)


def entries_html(entries: Iterable[Entry]) -> SafeString:
    """The contents of one module."""
    word = _done_word()
    return _list(
        _entry(
            entry,
            state=(CURRENT if entry.is_current else NOTHING)
            + (CHECKED if entry.is_done else NOTHING),
            done=word if entry.is_done else NOTHING,
        )
        for entry in entries
    )


def _made(course: Course) -> ReadyOutline | None:
    whole = whole_outline_of(course)
    if whole is None:
        return None
    parts, entries = whole
    inside: dict[int, list[Entry]] = {part.pk: [] for part in parts}
    for entry in entries:
        inside[entry.module_pk].append(entry)
    return ReadyOutline(
        parts={part.pk: part for part in parts},
        entries=entries,
        places={entry.pk: place for place, entry in enumerate(entries)},
        form=Form(_joined(_blank_part(part, inside[part.pk]) for part in parts)),
    )


def _blank_part(part: Part, entries: list[Entry]) -> SafeString:
    told = {
        "open": blank(f"open{part.pk}"),
        "place": part.place,
        "title": without_blanks(part.title),
        "done": blank(f"done{part.pk}"),
        "total": part.total,
        "inside": _list(
            _entry(entry, state=blank(f"state{entry.pk}"), done=blank(f"word{entry.pk}"))
            for entry in entries
        )
        if entries
        else NOTHING,
    }
    return fragment(PART, {}, told)


def _part(part: Part, *, is_open: bool) -> SafeString:
    """A module with its contents, or the way to them where they are not at hand."""
    way = fragment(LINK, {}, {"url": part.url}) if part.total else NOTHING
    told = {
        "open": OPEN if is_open else NOTHING,
        "place": part.place,
        "title": part.title,
        "done": part.done,
        "total": part.total,
        "inside": entries_html(part.outline) if part.outline else way,
    }
    return fragment(PART, {}, told)


def _entry(entry: Entry, *, state: str, done: str) -> tuple[dict[str, str], dict[str, str]]:
    """Choices and values of a content; a text needs no icon."""
    kind = {"kind_icon": "" if entry.kind == "text" else entry.icon}
    told = {"url": entry.url, "state": state, "title": without_blanks(entry.title), "done": done}
    return kind, told


def _done_word() -> SafeString:
    return fragment(DONE, {}, {})


def _list(rows: Iterable[tuple[dict[str, str], dict[str, str]]]) -> SafeString:
    return SafeString(f"<ol>{fragments(ENTRY, rows, between='')}</ol>")  # what is in it is HTML


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(parts))  # each is what `fragment` made
