"""Which generation of a course, or of the catalogue, is shown now.

Whoever keeps something that was made of courses keeps it under the generation that was read *before* it was
made. Each commit that changes what is shown makes another generation, so that what was kept is not found any
more, by nobody and on no server: nothing has to be deleted anywhere, and nothing old can take the place of
something new.

Generations move by triggers of the database (`courses/triggers.py`) and not by signals of Django, since a row
changes in many ways: `save`, `update`, `bulk_create`, a cascade, the administration, a statement that somebody
types. `all_shown` says of which tables; an app that shows more of a course adds to it with `shown`.
"""

# ruff: noqa: S608 - what is put together here are names of tables and columns, which are ours

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Model, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from educa.accounts.models import User
from educa.courses.kinds.registry import kinds
from educa.courses.models import (
    CATALOGUE,
    CaptionTrack,
    Content,
    Course,
    Facet,
    Generation,
    Module,
    Subject,
    Video,
)
from educa.lib.prepared import prepared_cursor

COURSE, MODULE, CONTENT = (each._meta.db_table for each in (Course, Module, Content))
STATEMENT = f"SELECT SUM(number) FROM {Generation._meta.db_table} WHERE course = {CATALOGUE}"


@dataclass(frozen=True)
class Shown:
    """A table of which something is shown with courses, and in the catalogue too, unless that is said.

    `courses` is a SELECT of the keys of the courses that a row is shown with, where `{row}` is the row.
    A change of other columns than `columns` moves nothing; without any, every change does.
    """

    model: type[Model]
    courses: str
    columns: tuple[str, ...] = ()
    part: Facet = Facet.CONTENTS
    in_catalogue: bool = True

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    def topics(self, row: str) -> str:
        """A SELECT of what moves with the row: keys of courses, and 0 for the catalogue."""
        courses = self.courses.format(row=row)
        return (
            f"{courses} UNION SELECT {CATALOGUE} FROM ({courses}) AS each"
            if self.in_catalogue
            else courses
        )


_of_others: list[Shown] = []


def shown(*tables: Shown) -> None:
    """Let changes of these tables move generations; to be called when apps are ready."""
    _of_others.extend(each for each in tables if each not in _of_others)


def all_shown() -> list[Shown]:
    """All tables whose rows are shown with courses."""
    return [*_own(), *(each for kind in kinds() for each in _item(kind.model)), *_of_others]


def generation_of_catalogue() -> int:
    """The generation of the catalogue; takes one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(STATEMENT)
        return int(cursor.fetchone()[0] or 0)


def catalogue_generation() -> Coalesce:
    """The generation of the catalogue, to be asked for along with something else."""
    rows = Generation.objects.filter(course=CATALOGUE).order_by().values("course")
    summed = rows.annotate(sum=Sum("number")).values("sum")
    return Coalesce(Subquery(summed, output_field=models.BigIntegerField()), 0)


def generation(*parts: Facet) -> Coalesce:
    """The generation of these parts of a course, to annotate courses with; of all parts without any."""
    rows = Generation.objects.filter(course=OuterRef("pk"))
    rows = rows.filter(part__in=parts) if parts else rows
    summed = rows.order_by().values("course").annotate(sum=Sum("number")).values("sum")
    return Coalesce(Subquery(summed, output_field=models.BigIntegerField()), 0)


def contents_generation_of(course: Course) -> int:
    """The generation of what is in a course; takes a statement unless the course came with `contents_generation`."""
    known: int | None = vars(course).get("contents_generation")
    if known is None:
        rows = Course.objects.filter(pk=course.pk).order_by()
        known = rows.values_list(generation(Facet.CONTENTS), flat=True).first() or 0
    return known


def _own() -> Iterable[Shown]:
    assisted = Course.co_instructors.through
    described = (
        *("owner_id", "subject_id", "title", "slug", "overview", "cover", "status", "updated"),
        *("published_at", "admission", "places", "trashed_at"),
    )
    named = ("display_name", "first_name", "last_name", "username")
    of_subject = f"SELECT id FROM {COURSE} WHERE subject_id = {{row}}.id"
    taught = (
        f"SELECT id FROM {COURSE} WHERE owner_id = {{row}}.id"
        f" UNION SELECT course_id FROM {assisted._meta.db_table} WHERE user_id = {{row}}.id"
    )
    return (
        Shown(Course, "SELECT {row}.id", described),
        Shown(Module, "SELECT {row}.course_id"),
        Shown(Content, f"SELECT course_id FROM {MODULE} WHERE id = {{row}}.module_id"),
        Shown(assisted, "SELECT {row}.course_id"),
        # The catalogue lists it, whether it has courses or not.
        Shown(Subject, f"{of_subject} UNION SELECT {CATALOGUE}", in_catalogue=False),
        Shown(User, taught, named),
        Shown(CaptionTrack, _showing(Video, "{row}.video_id"), in_catalogue=False),
    )


def _item(model: type[Model]) -> Iterator[Shown]:
    """The tables of a kind of content: one, or more where its model derives from another with a table."""
    for each in (model, *model._meta.get_parent_list()):
        key = f"{{row}}.{each._meta.pk.column}"
        yield Shown(each, _showing(model, key), in_catalogue=False)


def _showing(kind: type[Model], key: str) -> str:
    """A SELECT of the course in which an item stands."""
    named = (kind._meta.concrete_model or kind)._meta
    return (
        f"SELECT shown_in.course_id FROM {CONTENT} AS place"
        f" JOIN {MODULE} AS shown_in ON shown_in.id = place.module_id"
        " JOIN django_content_type AS kind ON kind.id = place.content_type_id"
        f" WHERE kind.app_label = '{named.app_label}' AND kind.model = '{named.model_name}'"
        f" AND place.object_id = {key}"
    )
