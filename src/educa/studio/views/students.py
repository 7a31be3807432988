"""The students of a course: who they are, how far they are, and who asks to be let in."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from educa.lib.paging import Stretch, stretch_of
from educa.students.models import Enrollment, EnrollmentRequest, places_left
from educa.studio.student_table import student_table
from educa.studio.views.mixins import CourseMixin

PAGE = 50
MOST_REQUESTS = 50  # that are shown and answered together
MAX_QUERY = 200  # characters

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # for who has not opened the course yet
SORTS: dict[str, tuple[Any, list[str]]] = {
    "active": (_("Last activity"), ["-seen_at", "-pk"]),
    "name": (_("Name"), ["shown", "pk"]),
    "enrolled": (_("Enrolled last"), ["-enrolled_at", "-pk"]),
}
ORDERED_BY = {
    "seen_at": Coalesce("last_active_at", Value(NEVER)),
    "shown": Lower(Coalesce(NullIf("student__display_name", Value("")), "student__username")),
}


class CourseStudentsView(CourseMixin, TemplateView):
    """Who studies the course, or has left it; searched, sorted, a stretch at a time."""

    template_name = "studio/students/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a stretch of them, with progress, and the requests."""
        asked = self.request.GET
        query = asked.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
        sort = asked.get("sort", "") if asked.get("sort") in SORTS else "active"
        has_left = asked.get("state") == "left"
        rows = Enrollment.objects.filter(course=self.course)
        current = rows.current()
        shown = rows.exclude(left_at=None) if has_left else current
        order = SORTS[sort][1]
        stretch = stretch_of(_keys(shown.matching(query), order), order, PAGE, asked)
        requests = EnrollmentRequest.objects.filter(course=self.course)
        return super().get_context_data(
            stretch=stretch,
            enrollments=_told(stretch),
            total=current.count(),
            total_left=rows.exclude(left_at=None).count(),
            has_left=has_left,
            query=query,
            sort=sort,
            sorts=[(value, label) for value, (label, _order) in SORTS.items()],
            requests=requests.select_related("student")[:MOST_REQUESTS],
            total_requests=requests.count(),
            places_left=places_left(self.course),
            tab="students",
            **kwargs,
        )


def _keys(rows: QuerySet[Enrollment], order: list[str]) -> QuerySet[Enrollment]:
    """What the rows are ordered by; what else is known of them is asked for those that are shown alone."""
    made = {
        name: ORDERED_BY[name] for word in order if (name := word.removeprefix("-")) in ORDERED_BY
    }
    return rows.annotate(**made).only("pk", "enrolled_at")


def _told(stretch: Stretch[Enrollment]) -> list[Enrollment]:
    keys = [row.pk for row in stretch.rows]
    rows = Enrollment.objects.filter(pk__in=keys).with_progress().select_related("student")
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys if key in found]


class CourseStudentExportView(CourseMixin, View):
    """All who study the course, as a CSV file."""

    def get(self, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """The file, as it is made."""
        name = slugify(self.course.title) or "students"
        lines = (line.encode() for line in student_table(self.course))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}-students.csv"'
        return response
