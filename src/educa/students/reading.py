"""Where somebody is in a course: the content on the page, its neighbors, and the outline.

The statements that a page takes do not grow with the course. Up to `LONGEST` contents (`courses/outline.py`)
the outline has them all; in a longer course it has those of the current module, and the others are asked for when they are
looked at.
"""

from dataclasses import dataclass, field, replace

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from educa.courses.models import Content, Course, Module
from educa.courses.outline import Entry, Part
from educa.courses.rendering import ShownItem, kept_item
from educa.students.models import Enrollment
from educa.students.outline import (
    Progress,
    entries_at,
    entries_of,
    parts_of,
    surroundings_of,
)
from educa.students.reader import Beside, Reader
from educa.students.ready_outline import ReadyOutline, parts_html, ready_outline_of


@dataclass
class Lesson:
    """A content as it is met: the module around it, its neighbors, and what this person has there."""

    content: Entry
    module: Part
    previous: Entry | None
    next: Entry | None
    item: ShownItem
    beside: Beside


@dataclass
class Reading:
    """A course as a student meets it; without a `lesson` where the course or the module is empty."""

    outline: SafeString
    """The modules and contents, as HTML."""
    lesson: Lesson | None = None
    progress: Progress = field(default_factory=Progress)


def reading_of(
    reader: Reader, *, module: int | None = None, content: int | None = None
) -> Reading | None:
    """The content asked for, or the first of the module, or where this person left off.

    None when the course has no such module or no such content.
    """
    enrollment = reader.enrollment
    left_off = enrollment.last_content_id if enrollment and module is None else None
    wanted = left_off if content is None else content
    ready = ready_outline_of(reader.course)
    found = (
        _in_long_course(reader, module, wanted)
        if ready is None
        else _in_outline(reader, ready, module, wanted)
    )
    if found is None:
        return None
    current = found.lesson.content if found.lesson else None
    if content is not None and (current is None or current.pk != content):
        return None
    if current is not None and wanted is None and module is None:
        reader.begins_with(current.pk)
    return found


def _in_outline(
    reader: Reader, ready: ReadyOutline, module: int | None, wanted: int | None
) -> Reading | None:
    """In a course of which the outline is ready."""
    if module is not None and module not in ready.parts:
        return None
    done = reader.done if reader.enrollment else frozenset()
    entries = ready.entries
    place = ready.places.get(wanted or 0)
    current = None if place is None else entries[place]
    if current is None or module not in {None, current.module_pk}:
        current = _current(entries, module, None)
    reading = Reading(
        outline=ready.html(done=done, current=current),
        progress=Progress(ready.done_among(done), len(entries)),
    )
    if current is not None:
        place = ready.places[current.pk]
        reading.lesson = _lesson(
            reader,
            replace(current, is_done=current.pk in done),
            ready.parts[current.module_pk],
            previous=entries[place - 1] if place else None,
            following=entries[place + 1] if place + 1 < len(entries) else None,
        )
    return reading


def _in_long_course(reader: Reader, module: int | None, wanted: int | None) -> Reading | None:
    """In a course that is too long to have all of its contents."""
    course, enrollment = reader.course, reader.enrollment
    parts = {part.pk: part for part in parts_of(course, enrollment)}
    if module is not None and module not in parts:
        return None
    modules = list(parts.values())
    entries = _entries_near(course, modules, module, wanted, enrollment)
    for entry in entries:
        parts[entry.module_pk].outline.append(entry)
    current = _current(entries, module, wanted)
    part = parts[current.module_pk] if current else None
    if current is not None:
        current.is_current = True
    progress = Progress(sum(part.done for part in modules), sum(part.total for part in modules))
    reading = Reading(parts_html(modules, part), progress=progress)
    if current is not None and part is not None:
        if not 1 < current.place < part.total:
            entries = _between_others(course, part, modules, enrollment)
        reading.lesson = _lesson(reader, current, part, *_neighbors(entries, current))
    return reading


def _entries_near(
    course: Course,
    parts: list[Part],
    module: int | None,
    wanted: int | None,
    enrollment: Enrollment | None,
) -> list[Entry]:
    """The contents of the module in which somebody is, of a course that is too long to have them all."""
    first = next((part.pk for part in parts if part.total), 0)
    rows = Content.objects.filter(module__course=course)
    there = rows.filter(pk=wanted or 0).values("module")[:1]
    near = rows.filter(module=Coalesce(Subquery(there), module or first))
    return entries_of(course, near, enrollment)


def lesson_of(reader: Reader, content: int) -> Lesson | None:
    """One content, without the outline around it; None when the course has no such content."""
    around = surroundings_of(reader.course, content, reader.enrollment)
    if around is None:
        return None
    part, entries = around
    current = next(entry for entry in entries if entry.pk == content)
    return _lesson(reader, current, part, *_neighbors(entries, current))


def entries_in_module(
    course: Course, enrollment: Enrollment | None, module: int
) -> list[Entry] | None:
    """The contents of one module; None when the course has no such module."""
    if not Module.objects.filter(course=course, pk=module).exists():
        return None
    return entries_of(course, Content.objects.filter(module=module), enrollment)


def _current(entries: list[Entry], module: int | None, wanted: int | None) -> Entry | None:
    inside = [entry for entry in entries if module in {None, entry.module_pk}]
    found = (entry for entry in inside if entry.pk == wanted)
    return next(found, inside[0] if inside else None)


def _between_others(
    course: Course, part: Part, parts: list[Part], enrollment: Enrollment | None
) -> list[Entry]:
    """The contents of a module, with the one that comes before them and the one that comes after them."""
    index = parts.index(part)
    before = next((other for other in reversed(parts[:index]) if other.total), None)
    after = next((other for other in parts[index + 1 :] if other.total), None)
    found = entries_at(course, before, after, enrollment)
    previous = [entry for entry in found if before and entry.module_pk == before.pk]
    return [*previous, *part.outline, *found[len(previous) :]]


def _neighbors(around: list[Entry], current: Entry) -> tuple[Entry | None, Entry | None]:
    """What comes before a content, and what comes after it."""
    index = next(place for place, entry in enumerate(around) if entry.pk == current.pk)
    return (
        around[index - 1] if index else None,
        around[index + 1] if index + 1 < len(around) else None,
    )


def _lesson(
    reader: Reader, current: Entry, part: Part, previous: Entry | None, following: Entry | None
) -> Lesson:
    return Lesson(
        content=current,
        module=part,
        previous=previous,
        next=following,
        item=kept_item(reader.course, current.pk, current.kind, current.item_pk),
        beside=reader.at(current.pk),
    )
