"""The player in templates: pages that are kept, and what is set into them for whoever reads.

What depends on a value is chosen here, since a fragment can only write its values out (`educa.lib.fragments`).
"""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from educa.courses.models import Course
from educa.lib.fragments import fragment
from educa.lib.frame import footer, header, included, messages
from educa.lib.paths import path_of, path_to
from educa.students.models import Enrollment
from educa.students.note_forms import state_of
from educa.students.reading import Lesson

register = template.Library()

WIDE = frozenset({"image", "video"})
PAGE = "students/course/page.html"
LESSON = "students/course/lesson.html"
HIDDEN, OPEN = SafeString(" hidden"), SafeString(" open")


@register.simple_tag(takes_context=True)
def player_page(context: Context) -> SafeString:
    """The page of a course: the lesson, with the outline around it."""
    choices = {
        **_choices(context),
        "theme": context["theme"],
        "has_outline": bool(context["reading"].progress.total),
    }
    values = {
        **_values(context),
        **_of_course(context["course"]),
        **_of_reader(context),
        "messages": messages(context),
        "header": header(context),
        "footer": footer(context),
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


def _of_course(course: Course) -> dict[str, Any]:
    """Where the pages of a course are."""
    return {
        "course_pk": course.pk,
        "root": path_to("student_course_detail", course.pk),
        "room": path_to("chat:course_chat_room", course.pk),
        "read": path_to("chat:read", course.pk),
        "course_url": path_of("course_detail", course.slug),
    }


def _of_reader(context: Context) -> dict[str, Any]:
    """How far somebody is in the course, and as what they read it."""
    enrollment, reading = context["enrollment"], context["reading"]
    completed = _completed_words(enrollment, context["new"])
    return {
        "preview": included("students/course/preview.html", context)
        if context["is_preview"]
        else "",
        "person": format_html(' data-user="{}"', context["user"].pk) if enrollment else "",
        "percent": reading.progress.percent,
        "done_number": reading.progress.done,
        "total": reading.progress.total,
        "outline": reading.outline,
        "hidden": "" if completed else HIDDEN,
        "completed": completed,
    }


def _values(context: Context) -> dict[str, Any]:
    """What is set into a lesson; of no lesson, the title of the course."""
    course: Course = context["course"]
    lesson: Lesson | None = context["lesson"]
    if lesson is None:
        return {"course_title": course.title}
    return {
        "course_title": course.title,
        **_of_content(course, lesson),
        **_of_work(context, lesson),
        **_steps(lesson),
        "csrf_token": context["csrf_token"],
        "questions": included("chat/question/foot.html", context),
    }


def _of_content(course: Course, lesson: Lesson) -> dict[str, Any]:
    """What a lesson says, the same to everybody."""
    content, item = lesson.content, lesson.item
    return {
        "content": content.pk,
        "module": content.module_pk,
        "url": content.url,
        "title": content.title,
        "place": lesson.module.place,
        "module_title": lesson.module.title,
        "html": SafeString(item.html.strip()),
        "rule": item.completed_by.label if item.completed_by else "",
        "action": path_to("student_content_progress", course.pk, content.pk),
        "note_url": path_to("student_content_note", course.pk, content.pk),
    }


def _of_work(context: Context, lesson: Lesson) -> dict[str, Any]:
    """What this person has done at the content, has noted there, and may change of it."""
    is_done, position = lesson.content.is_done, lesson.beside.position
    note = state_of(lesson.beside.note)
    return {
        "user": context["user"].pk,
        "edit": _edit(lesson) if context["can_edit"] and lesson.item.completed_by else "",
        "progress": _progress(context["course"], lesson) if context["enrollment"] else "",
        "done": "true" if is_done else "false",
        "opposite": "false" if is_done else "true",
        "by_hand": "true" if position and position.decided_at else "false",
        **note,
        "open": OPEN if note["body"] else "",
    }


def _steps(lesson: Lesson) -> dict[str, str]:
    """The ways to what comes before a content and after it."""
    before, after = lesson.previous, lesson.next
    return {
        "previous_url": before.url if before else "",
        "previous_title": before.title if before else "",
        "next_url": after.url if after else "",
        "next_title": after.title if after else "",
    }


def _edit(lesson: Lesson) -> SafeString:
    content = lesson.content
    way = [content.module_pk, content.kind, content.item_pk]
    return format_html(' data-edit="{}"', reverse("module_content_update", args=way))


def _progress(course: Course, lesson: Lesson) -> SafeString:
    """Where to report what is done here, and where to go on: nothing about that at the beginning."""
    rule, position = lesson.item.completed_by, lesson.beside.position
    action = path_to("student_content_progress", course.pk, lesson.content.pk)
    told = format_html(' data-progress="{}" data-rule="{}"', action, rule.value if rule else "")
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
