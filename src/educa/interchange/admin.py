"""Imported courses in the administration: where each came from, to be looked at only."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from educa.interchange.models import ImportedCourse
from educa.lib.quick_admin import QuickAdmin


@admin.register(ImportedCourse)
class ImportedCourseAdmin(QuickAdmin[ImportedCourse]):
    """Imports write these rows; without one, the next import of the package makes a new course."""

    list_display = ["course", "owner", "imported_at"]
    list_filter = ["imported_at"]
    list_select_related = ["course__owner"]
    search_fields = ["course__title", "course__owner__username", "identifier", "package"]
    readonly_fields = ["course", "identifier", "package", "imported_at"]
    fields = ["course", "identifier", "package", "imported_at"]

    @admin.display(description=_("owner"), ordering="course__owner__username")
    def owner(self, row: ImportedCourse) -> str:
        return str(row.course.owner)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: ImportedCourse | None = None
    ) -> bool:
        """Whoever may delete courses: these rows go with them."""
        return request.user.has_perm("courses.delete_course")
