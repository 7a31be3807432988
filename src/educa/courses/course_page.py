"""The page of a course: the course with all that is shown of it, in one prepared statement, and its outline as HTML."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language

from educa.accounts.models import User
from educa.courses.cards import number_of_contents
from educa.courses.generations import generation
from educa.courses.kinds.registry import kind_named, kinds
from educa.courses.models import Course, Facet, Subject, Viewer
from educa.courses.outline import (
    Part,
    listed_outline,
    outline_from,
    outline_of,
    parts_of,
)
from educa.courses.viewing import Sort, key_of, sort_of, stand_in
from educa.lib.fragments import fragment, fragments
from educa.lib.listed import Listed
from educa.lib.paths import path_of
from educa.lib.prepared import PreparedRows
from educa.lib.templatetags.educa import grouped

COURSE = (
    *("id", "owner_id", "subject_id", "title", "slug", "overview", "cover", "status", "updated"),
    *("admission", "places"),
)
SUBJECT = "id", "title", "slug"
PERSON = "id", "username", "display_name", "first_name", "last_name"
ADDED = (
    *("total_modules", "total_contents", "total_students", "is_joined", "is_asked"),
    "co_instructors_listed",
)
# Of a visitor's page all is kept, of others' the outline.
FOR_VISITORS = "page_generation", "listed_modules", "listed_contents"
FOR_PEOPLE = ("contents_generation",)
COLUMNS = (
    *COURSE,
    *(f"subject__{name}" for name in SUBJECT),
    *(f"owner__{name}" for name in PERSON),
    *ADDED,
)
FEW = 4  # modules: from so many on, only the first is open


def _shown(case: tuple[Sort, tuple[int, ...]], person: int, slug: str) -> "QuerySet[Course, Any]":
    sort, _kinds = case
    user = stand_in(sort, person)
    others = Course.co_instructors.through._default_manager.filter(course=OuterRef("pk"))
    rows = Course.objects.visible_to(user).filter(slug=slug).with_totals().with_place_of(user)
    rows = rows.order_by().annotate(
        co_instructors_listed=Listed(others.values_list(*(f"user__{name}" for name in PERSON)))
    )
    if sort.is_person:
        rows = rows.annotate(contents_generation=generation(Facet.CONTENTS))
        return rows.values_list(*COLUMNS, *FOR_PEOPLE)
    rows = rows.annotate(page_generation=generation(), **listed_outline())
    return rows.values_list(*COLUMNS, *FOR_VISITORS)


SHOWN = PreparedRows(_shown)


def shown_course(user: Viewer, slug: str) -> Course | None:
    """The course of that slug as its page shows it to this person, None where they may not see it; one statement.

    It has its totals, the place of the person, and subject and instructors; of these only what is shown. For
    visitors it has the `page_generation` under which its page is kept.
    """
    sort, kinds_now = sort_of(user), tuple(kind.content_type().pk for kind in kinds())
    rows = SHOWN.ask(key_of(user), slug, case=(sort, kinds_now))
    if not rows:
        return None
    values = list(rows[0])
    course: Course = _taken(Course, COURSE, values)
    course.subject = _taken(Subject, SUBJECT, values)
    course.owner = _taken(User, PERSON, values)
    vars(course).update(zip(ADDED, values, strict=False))
    others = [_taken(User, PERSON, each) for each in vars(course).pop("co_instructors_listed")]
    vars(course)["_prefetched_objects_cache"] = {"co_instructors": others}
    added = values[len(ADDED) :]
    vars(course).update(zip(FOR_PEOPLE if sort.is_person else FOR_VISITORS, added, strict=True))
    return course


def _taken(model: type[Any], names: tuple[str, ...], values: list[Any]) -> Any:
    """A row of the model, of the first values, which are taken away."""
    told = dict(zip(names, values, strict=False))
    del values[: len(names)]
    # As Django wants it: in the order of the fields. The others are deferred.
    names = tuple(field.attname for field in model._meta.concrete_fields if field.attname in told)
    return model.from_db(DEFAULT_DB_ALIAS, names, [told[name] for name in names])


def shown_modules(course: Course) -> list[Part]:
    """The outline of a course that came by `shown_course`; for visitors it came with it, for others it is kept."""
    came = vars(course)
    if "listed_modules" not in came:
        return outline_of(course)
    return parts_of(outline_from(came["listed_modules"], came["listed_contents"]))


def heading_html(course: Course, instructors: list[User]) -> SafeString:
    """Where the course stands, how it is called, and by whom it is; its owner is the first of these."""
    owner, *others = instructors
    values = {
        "subject": course.subject.title,
        "subject_url": path_of("course_list_subject", course.subject.slug),
        "title": course.title,
        "owner": owner.shown_name,
        "others": format_html_join(" ", "· <bdi>{}</bdi>", ((each.shown_name,) for each in others)),
    }
    return fragment("courses/course/heading.html", {}, values)


def facts_html(course: Course) -> SafeString:
    """The size of a course, and when it changed."""
    changed = localtime(course.updated)
    values = {
        "total_modules": course.total_modules,
        "total_contents": course.total_contents,
        "total_students": grouped(course.total_students),
        "places": grouped(course.places or 0),
        "at": changed.isoformat(),
        "moment": date_format(changed, "DATETIME_FORMAT"),
        "day": date_format(changed, "DATE_FORMAT"),
    }
    return fragment("courses/course/facts.html", {"has_places": bool(course.places)}, values)


def outline_html(modules: list[Part], *, is_closed: bool) -> SafeString:
    """The modules with their contents, as one can look into them before one is enrolled, to whom they are closed."""
    is_open = len(modules) < FEW
    rows = (_module(each, is_open=is_open or each.place == 1) for each in modules)
    found = fragments("courses/course/outline_module.html", rows)
    choices = {"has_modules": bool(modules), "is_closed": is_closed}
    return fragment("courses/course/outline.html", choices, {"rows": found})


def _module(module: Part, *, is_open: bool) -> tuple[dict[str, bool], dict[str, str]]:
    contents = (({"kind": kind_named(each.kind)}, {"title": each.title}) for each in module.outline)
    values = {
        "place": str(module.place),
        "title": module.title,
        "count": number_of_contents(get_language(), len(module.outline)),
        "description": module.description,
        "contents": fragments("courses/course/outline_content.html", contents),
    }
    return {"is_open": is_open, "has_description": bool(module.description)}, values
