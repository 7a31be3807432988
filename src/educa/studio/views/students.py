"""The students of a course: who they are, how far they are, and who asks to be let in."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from educa.students.models import Enrollment, EnrollmentRequest, places_left
from educa.studio.student_table import student_table
from educa.studio.views.mixins import CourseMixin

PAGE = 50
MOST_REQUESTS = 50  # that are shown and answered together
MAX_QUERY = 200  # characters

_name = Lower(Coalesce(NullIf("student__display_name", Value("")), "student__username"))
SORTS: dict[str, tuple[Any, list[Any]]] = {
    "active": (_("Last activity"), [F("last_active_at").desc(nulls_last=True), "-pk"]),
    "name": (_("Name"), [_name.asc(), "pk"]),
    "enrolled": (_("Enrolled last"), ["-enrolled_at", "-pk"]),
}


class CourseStudentsView(CourseMixin, TemplateView):
    """Who studies the course, or has left it; searched, sorted, in pages."""

    template_name = "studio/students/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of them, with progress, and the requests."""
        asked = self.request.GET
        query = asked.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
        sort = asked.get("sort", "") if asked.get("sort") in SORTS else "active"
        has_left = asked.get("state") == "left"
        rows = Enrollment.objects.filter(course=self.course)
        current = rows.current()
        shown = rows.exclude(left_at=None) if has_left else current
        page = _page_of(shown.matching(query).order_by(*SORTS[sort][1]), asked.get("page"))
        requests = EnrollmentRequest.objects.filter(course=self.course)
        return super().get_context_data(
            page_obj=page,
            enrollments=_told(page),
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


def _page_of(rows: QuerySet[Enrollment], number: str | None) -> Page[Any]:
    """A page of the keys; what else is known of the rows is asked for those on it alone."""
    return Paginator(rows.values_list("pk", flat=True), PAGE).get_page(number)


def _told(page: Page[Any]) -> list[Enrollment]:
    keys = list(page.object_list)
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
