"""What stands on top of each page of a course in the studio: kept as a fragment, since nine tabs cost a lot."""

from typing import Any

from django.template import Context
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from educa.courses.models import Course
from educa.lib.fragments import fragment
from educa.lib.paths import path_to
from educa.lib.templatetags.educa import grouped
from educa.studio.moderation import Waiting, waiting_in

PAGES = {
    "outline": "course_outline",
    "details": "course_edit",
    "students": "course_students",
    "questions": "course_questions",
    "chat": "course_chat",
    "instructors": "course_instructors",
    "files": "course_attachment_list",
    "trash": "course_trash",
    "export": "course_export",
}
"""The page that each tab leads to; one that is not installed has no tab."""

WAYS = {"preview": "student_course_detail", "publish": "course_publish"}
MARKED = frozenset({*PAGES.values(), *WAYS.values()})


def course_head(context: Context) -> SafeString:
    """The course, its status, the ways out and the tabs.

    Takes from the context: course; optional tab (the name of the current one on pages below it), waiting, and
    is_only_keeper (the other pages are not for this person).
    """
    course: Course = context["course"]
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    paths = {name: _path(page, course.pk) for name, page in {**PAGES, **WAYS}.items()}
    choices: dict[str, Any] = {
        "status": course.status,
        "status_label": course.get_status_display(),
        "tab": context.get("tab") or "",
        "here": here if here in MARKED else "",
        "is_only_keeper": bool(context.get("is_only_keeper")),
        "tabs": tuple(name for name in PAGES if paths[name]),
    }
    values = {
        **{f"{name}_url": path for name, path in paths.items()},
        "title": course.title,
        "subject": course.subject.title,
    }
    if not choices["is_only_keeper"]:
        values |= _counts(context.get("waiting") or waiting_in(course))
    return fragment("studio/course/head.html", choices, values)


def _counts(waiting: Waiting) -> dict[str, str]:
    """The numbers beside two of the tabs."""
    questions = ngettext("%(shown)s open question", "%(shown)s open questions", waiting.questions)
    reported = ngettext(
        "%(shown)s reported message", "%(shown)s reported messages", waiting.reported
    )
    return {
        "questions_count": _count(waiting.questions, questions),
        "chat_count": _count(waiting.reported, reported),
    }


def _count(number: int, label: str) -> str:
    if not number:
        return ""
    shown = grouped(number)
    values = {"shown": shown, "label": label % {"shown": shown}}
    return fragment("studio/course/tab_count.html", {}, values)


def _path(name: str, key: int) -> str:
    try:
        return path_to(name, key)
    except NoReverseMatch:
        return ""
