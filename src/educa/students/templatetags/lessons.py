"""The player in templates: pages that are kept, and what is set into them for whoever reads.

What depends on a value is chosen here, since a fragment can only write its values out (`educa.lib.fragments`).
"""

from typing import Any

from django import template
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from educa.courses.models import Course
from educa.lib.fragments import fragment
from educa.lib.frame import footer, header
from educa.lib.paths import path_of, path_to
from educa.students.models import Enrollment, Position
from educa.students.note_forms import state_of
from educa.students.reading import Lesson, Reading

register = template.Library()

WIDE = frozenset({"image", "video"})
PAGE = "students/course/page.html"
LESSON = "students/course/lesson.html"
HIDDEN, OPEN = SafeString(" hidden"), SafeString(" open")


@register.simple_tag(takes_context=True)
def player_page(context: Context) -> SafeString:
    """The page of a course: the lesson, with the outline around it."""
    course: Course = context["course"]
    reading: Reading = context["reading"]
    progress = reading.progress
    completed = _completed_words(context["enrollment"], context["new"])
    choices = {
        **_choices(context),
        "theme": context["theme"],
        "has_outline": bool(progress.total),
    }
    values = {
        **_values(context),
        "messages": _messages(context),
        "header": header(context),
        "footer": footer(context),
        "preview": _included("students/course/preview.html", context)
        if context["is_preview"]
        else "",
        "person": format_html(' data-user="{}"', context["user"].pk)
        if context["enrollment"]
        else "",
        "root": path_to("student_course_detail", course.pk),
        "percent": progress.percent,
        "done_number": progress.done,
        "total": progress.total,
        "outline": reading.outline,
        "room": path_to("chat:course_chat_room", course.pk),
        "read": path_to("chat:read", course.pk),
        "course_url": path_of("course_detail", course.slug),
        "hidden": "" if completed else HIDDEN,
        "completed": completed,
        "course_pk": course.pk,
    }
    return fragment(PAGE, choices, values)


@register.simple_tag(takes_context=True)
def player_part(context: Context) -> SafeString:
    """The lesson alone, for scripts."""
    return fragment(LESSON, _choices(context), {**_values(context), "messages": ""})


def _choices(context: Context) -> dict[str, Any]:
    lesson: Lesson | None = context["lesson"]
    return {
        "has_content": lesson is not None,
        "is_enrolled": context["enrollment"] is not None,
        "has_previous": bool(lesson and lesson.previous),
        "has_next": bool(lesson and lesson.next),
        "width": "wide" if lesson and lesson.content.kind in WIDE else "text",
    }


def _values(context: Context) -> dict[str, Any]:
    """What is set into a lesson; of no lesson, the title of the course."""
    course: Course = context["course"]
    lesson: Lesson | None = context["lesson"]
    if lesson is None:
        return {"course_title": course.title}
    content, item, position = lesson.content, lesson.item, lesson.beside.position
    before, after = lesson.previous, lesson.next
    note = state_of(lesson.beside.note)
    action = path_to("student_content_progress", course.pk, content.pk)
    rule = item.completed_by
    return {
        "course_title": course.title,
        "content": content.pk,
        "module": content.module_pk,
        "url": content.url,
        "title": content.title,
        "edit": _edit(lesson) if context["can_edit"] and rule else "",
        "progress": _progress(action, rule.value if rule else "", position)
        if context["enrollment"]
        else "",
        "place": lesson.module.place,
        "module_title": lesson.module.title,
        "html": SafeString(item.html.strip()),
        "done": "true" if content.is_done else "false",
        "opposite": "false" if content.is_done else "true",
        "by_hand": "true" if position and position.decided_at else "false",
        "action": action,
        "csrf_token": context["csrf_token"],
        "rule": rule.label if rule else "",
        "user": context["user"].pk,
        "note_url": path_to("student_content_note", course.pk, content.pk),
        **note,
        "open": OPEN if note["body"] else "",
        "questions": _included("chat/question/foot.html", context),
        "previous_url": before.url if before else "",
        "previous_title": before.title if before else "",
        "next_url": after.url if after else "",
        "next_title": after.title if after else "",
    }


def _edit(lesson: Lesson) -> SafeString:
    content = lesson.content
    way = [content.module_pk, content.kind, content.item_pk]
    return format_html(' data-edit="{}"', reverse("module_content_update", args=way))


def _progress(action: str, rule: str, position: Position | None) -> SafeString:
    """Where to report what is done here, and where to go on: nothing about that at the beginning."""
    told = format_html(' data-progress="{}" data-rule="{}"', action, rule)
    if position and position.paragraph:
        told += format_html(' data-paragraph="{}"', position.paragraph)
    if position and position.second:
        told += format_html(' data-start="{}"', position.second)
    return told


def _completed_words(enrollment: Enrollment | None, new: int) -> str:
    """When the course was completed, and how much has come since; "" where it is not."""
    told = {"enrollment": enrollment, "new": new}
    is_done = enrollment is not None and enrollment.completed_at
    return render_to_string("students/course/completed.html", told) if is_done else ""


def _messages(context: Context) -> SafeString | str:
    return _included("components/messages.html", context) if context["messages"] else ""


def _included(name: str, context: Context) -> SafeString:
    """Another template, as `include` has it."""
    return SafeString(Engine.get_default().get_template(name).render(context).strip())
