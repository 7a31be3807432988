"""Where somebody is in a course: the content on the page, its neighbors, and the outline.

The statements that a page takes do not grow with the course. Up to `LONGEST` contents (`courses/outline.py`)
the outline has them all; in a longer course it has those of the current module, and the others are asked for when they are
looked at.
"""

from dataclasses import dataclass, field

from django.db.models import Subquery
from django.db.models.functions import Coalesce

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
    whole_outline_of,
)
from educa.students.reader import Beside, Reader


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

    modules: list[Part]
    lesson: Lesson | None = None
    progress: Progress = field(default_factory=Progress)


def reading_of(
    reader: Reader, *, module: int | None = None, content: int | None = None
) -> Reading | None:
    """The content asked for, or the first of the module, or where this person left off.

    None when the course has no such module or no such content.
    """
    course, enrollment = reader.course, reader.enrollment
    whole = whole_outline_of(course, reader.done if enrollment else ())
    parts = {part.pk: part for part in (whole[0] if whole else parts_of(course, enrollment))}
    if module is not None and module not in parts:
        return None
    left_off = enrollment.last_content_id if enrollment and module is None else None
    wanted = left_off if content is None else content
    total = sum(part.total for part in parts.values())
    reading = Reading(
        modules=list(parts.values()),
        progress=Progress(sum(part.done for part in parts.values()), total),
    )
    entries = (
        whole[1] if whole else _entries_near(course, reading.modules, module, wanted, enrollment)
    )
    for entry in entries:
        parts[entry.module_pk].outline.append(entry)
    current = _current(entries, module, wanted)
    if content is not None and (current is None or current.pk != content):
        return None
    if current is not None:
        current.is_current = True
        part = parts[current.module_pk]
        if whole is None and not 1 < current.place < part.total:
            entries = _between_others(course, part, reading.modules, enrollment)
        reading.lesson = _lesson(reader, current, part, entries)
        if wanted is None and module is None:
            reader.begins_with(current.pk)
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
    return _lesson(reader, current, part, entries)


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


def _lesson(reader: Reader, current: Entry, part: Part, around: list[Entry]) -> Lesson:
    index = next(place for place, entry in enumerate(around) if entry.pk == current.pk)
    return Lesson(
        content=current,
        module=part,
        previous=around[index - 1] if index else None,
        next=around[index + 1] if index + 1 < len(around) else None,
        item=kept_item(reader.course, current.pk, current.kind, current.item_pk),
        beside=reader.at(current.pk),
    )
