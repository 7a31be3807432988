"""Where a student is in a course: the content on the page, its neighbors, and the outline."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from educa.courses.models import Content, Course, Viewer
from educa.courses.outline import Entry, Part, outline_of
from educa.courses.rendering import item_of, rendered
from educa.students.models import Completion, Enrollment


@dataclass
class Reading:
    """One content of a course as a student meets it; `position` is its index in `entries`."""

    modules: list[Part]
    entries: list[Entry]
    position: int
    content: Content | None

    def context(self) -> dict[str, Any]:
        """What the page shows."""
        done = sum(entry.is_done for entry in self.entries)
        total = len(self.entries)
        return {
            "modules": self.modules,
            "content": self.entries[self.position] if self.content else None,
            "item": item_of(self.content) if self.content else None,
            "rendered": rendered(self.content) if self.content else "",
            "previous": self.entries[self.position - 1] if self.position > 0 else None,
            "next": self.entries[self.position + 1] if self.position + 1 < total else None,
            "progress": {
                "done": done,
                "total": total,
                "percent": 100 * done // total if total else 0,
            },
        }


def reading_of(
    course: Course, user: Viewer, *, module: int | None = None, content: int | None = None
) -> Reading | None:
    """The content asked for, or the first of the module, or where this person left off.

    Who teaches the course only looks: nothing is noted, even if they were its student once. None when the course has no such module, or the module no such content. An empty course, and a
    module without contents, give a reading without a content.
    """
    enrollment = _enrollment_of(user, course)
    modules = outline_of(course)
    entries = [entry for part in modules for entry in part.outline]
    _dress(entries, course, enrollment)
    if module is not None and module not in {part.pk for part in modules}:
        return None
    position = _position(entries, enrollment, module, content)
    if position is None:
        return None if content is not None else Reading(modules, entries, 0, None)
    entries[position].is_current = True
    shown = Content.objects.filter(module__course=course).get(pk=entries[position].pk)
    _remember(enrollment, shown)
    return Reading(modules, entries, position, shown)


def _enrollment_of(user: Viewer, course: Course) -> Enrollment | None:
    if user in course.instructors:
        return None
    return Enrollment.objects.of(user).filter(course=course).first()


def _dress(entries: list[Entry], course: Course, enrollment: Enrollment | None) -> None:
    rows = (
        Completion.objects.filter(enrollment=enrollment)
        if enrollment
        else Completion.objects.none()
    )
    done = set(rows.values_list("content", flat=True))
    for entry in entries:
        place = reverse("student_course_detail_module", args=[course.pk, entry.module_pk])
        entry.url = f"{place}?content={entry.pk}"
        entry.is_done = entry.pk in done


def _position(
    entries: list[Entry], enrollment: Enrollment | None, module: int | None, content: int | None
) -> int | None:
    left_off = enrollment.last_content_id if enrollment and module is None else None
    wanted = content if content is not None else left_off
    for index, entry in enumerate(entries):
        if wanted is not None:
            if entry.pk == wanted and module in {None, entry.module_pk}:
                return index
        elif module in {None, entry.module_pk}:
            return index
    return 0 if entries and content is None and module is None else None


def _remember(enrollment: Enrollment | None, content: Content) -> None:
    if enrollment and enrollment.left_at is None and enrollment.last_content_id != content.pk:
        Enrollment.objects.filter(pk=enrollment.pk).update(last_content=content)
