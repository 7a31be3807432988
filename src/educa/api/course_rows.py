"""Lists of courses as plain values: of each the same as `CourseSerializer` gives, at a tenth of its cost."""

from datetime import datetime, tzinfo
from typing import Any, Self

from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import get_current_timezone
from rest_framework.request import Request

from educa.accounts.names import shown_name
from educa.courses.generations import catalogue_generation
from educa.courses.models import Course, Module, Viewer
from educa.courses.viewing import Sort, key_of, sort_of, stand_in
from educa.lib.listed import Listed
from educa.lib.paths import paths_of
from educa.lib.prepared import PreparedRows

MODULE = "id", "order", "title", "description"  # by which names `as_listed` tells them
OWNER = "owner__display_name", "owner__first_name", "owner__last_name", "owner__username"
ITSELF = (
    *("pk", "subject", "title", "slug", "overview", "cover", "status", "admission", "places"),
    *("created", "updated", "published_at"),
)
COLUMNS = (
    *ITSELF,
    *OWNER,
    *("total_contents", "total_students", "is_joined", "listed_modules", "since"),
)
NEWEST = "-since", "-pk"


def listed_courses(user: Viewer) -> "QuerySet[Course, dict[str, Any]]":
    """The courses that this person may see, for `as_listed`; all that is told of them comes in one statement."""
    # A draft has no day of publication, and a cursor needs one. Visitors see no draft, and their
    # order is that of an index.
    since = Coalesce("published_at", "created") if user.is_authenticated else F("published_at")
    modules = Module.objects.filter(course=OuterRef("pk")).order_by("order").values_list(*MODULE)
    rows: Any = Course.objects.visible_to(user).with_totals().with_place_of(user)
    rows = rows.annotate(since=since, listed_modules=Listed(modules))
    found: QuerySet[Course, dict[str, Any]] = rows.values(*COLUMNS)
    return found


def as_listed(rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    """What a program is told of these rows."""
    origin = request.build_absolute_uri("/")[:-1]
    page, file = paths_of("course_detail"), paths_of("media")
    zone = get_current_timezone()
    return [
        {
            "id": row["pk"],
            "url": origin + page(row["slug"]),
            "subject": row["subject"],
            "title": row["title"],
            "slug": row["slug"],
            "overview": row["overview"],
            "cover": origin + file(row["cover"]) if row["cover"] else None,
            "owner": {
                "username": row["owner__username"],
                "name": shown_name(*(row[name] for name in OWNER)),
            },
            "status": row["status"],
            "admission": row["admission"],
            "places": row["places"],
            "created": _told(row["created"], zone),
            "updated": _told(row["updated"], zone),
            "published_at": _told(row["published_at"], zone),
            "total_contents": row["total_contents"],
            "total_students": row["total_students"],
            "is_enrolled": row["is_joined"],
            "modules": [
                {"id": key, "order": order, "title": title, "description": description}
                for key, order, title, description in row["listed_modules"]
            ],
        }
        for row in rows
    ]


def _told(moment: datetime | None, zone: tzinfo) -> str | None:
    """As `serializers.DateTimeField` writes it, which asks for the zone each time."""
    return moment.astimezone(zone).isoformat().replace("+00:00", "Z") if moment else None


def _newest(case: tuple[Sort, bool], person: int, subject: str) -> "QuerySet[Course, Any]":
    sort, is_of_subject = case
    rows = listed_courses(stand_in(sort, person)).order_by(*NEWEST)
    chosen = rows.filter(subject__slug=subject) if is_of_subject else rows
    if sort.is_person:
        return chosen.values_list(*COLUMNS)
    # The list is kept for visitors.
    return chosen.annotate(generation=catalogue_generation()).values_list(*COLUMNS, "generation")


NEWEST_COURSES = PreparedRows(_newest)
CAME = "educa.api.course_rows.came"  # in a request whose rows were asked for with their generation


class Newest:
    """The newest courses that this person may see, of all subjects or of one: what a first page is cut out of.

    It is as much of a queryset as pagination needs for that, and takes a prepared statement.
    """

    def __init__(self, user: Viewer, subject: str = "") -> None:
        self.user = user
        self.subject = subject
        self.rows: list[dict[str, Any]] | None = None

    def look(self, size: int) -> tuple[int, int] | None:
        """Ask for a page of so many courses for visitors; its subject and the generation of the catalogue.

        None where there is no course. The generation has then to be asked for, and the rows again after it: what
        came before is of an unknown state.
        """
        found = self[: size + 1]  # as a page wants them, which tells whether there is another
        self.rows = found or None
        return (found[0]["subject"], int(found[0]["generation"])) if found else None

    def order_by(self, *order: str) -> Self:
        """Itself. Raises ValueError for another order."""
        if order != NEWEST:
            raise ValueError(f"{order} is not that of the newest courses")
        return self

    def __getitem__(self, places: slice) -> list[dict[str, Any]]:
        """The first courses."""
        if self.rows is not None:
            return self.rows[places]
        case = sort_of(self.user), bool(self.subject)
        values = key_of(self.user), self.subject
        rows = NEWEST_COURSES.ask(*values, case=case, limit=places.stop)
        return [dict(zip((*COLUMNS, "generation"), row, strict=False)) for row in rows]
