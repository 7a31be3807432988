"""What imports remember, in the administration: to be looked at only."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from educa.interchange.models import (
    ImportedAttachment,
    ImportedContent,
    ImportedCourse,
    ImportedModule,
    Transfer,
)
from educa.lib.quick_admin import QuickAdmin

M = TypeVar("M", bound=models.Model)


class MemoryAdmin(QuickAdmin[M]):
    """Imports write these rows; without one, the next import of the package makes its thing anew."""

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> list[str]:
        left_out = self.exclude or ()
        names = [field.name for field in self.opts.fields if not field.primary_key]
        return [name for name in names if name not in left_out]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may delete courses: these rows go with them."""
        return request.user.has_perm("courses.delete_course")


@admin.register(ImportedCourse)
class ImportedCourseAdmin(MemoryAdmin[ImportedCourse]):
    list_display = ["course", "owner", "imported_at"]
    list_filter = ["imported_at"]
    list_select_related = ["course__owner"]
    search_fields = ["course__title", "course__owner__username", "identifier", "package"]

    @admin.display(description=_("owner"), ordering="course__owner__username")
    def owner(self, row: ImportedCourse) -> str:
        return str(row.course.owner)


@admin.register(ImportedModule, ImportedContent, ImportedAttachment)
class ImportedPartAdmin(MemoryAdmin[Any]):
    list_display = ["identifier", "source"]
    list_select_related = ["source__course"]
    search_fields = ["identifier", "source__course__title"]


@admin.register(Transfer)
class TransferAdmin(MemoryAdmin[Transfer]):
    """What is under way and what came of it; its package is for its owner alone."""

    list_display = ["name", "direction", "status", "owner", "size", "created", "finished_at"]
    list_filter = ["direction", "status", "created"]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__username", "reason"]
    exclude = ["package"]
    date_hierarchy = "created"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
