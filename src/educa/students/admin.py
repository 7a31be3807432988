"""Enrollments, requests for them, and completions in the administration."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from educa.lib.quick_admin import QuickAdmin
from educa.students.models import Completion, Enrollment, EnrollmentRequest
from educa.students.signals import enrollment_ended, enrollments_made


@admin.register(Enrollment)
class EnrollmentAdmin(QuickAdmin[Enrollment]):
    list_display = ["student", "course", "enrolled_at", "left_at"]
    list_display_links = ["student", "course"]
    list_filter = [("left_at", admin.EmptyFieldListFilter), "course__subject", "enrolled_at"]
    list_select_related = ["student", "course"]
    search_fields = [
        "student__username",
        "student__display_name",
        "student__email",
        "course__title",
    ]
    autocomplete_fields = ["student", "course"]
    fields = [
        "student",
        "course",
        "enrolled_at",
        "left_at",
        "last_active_at",
        "last_content",
        "completed_at",
    ]
    readonly_fields = ["enrolled_at", "last_active_at", "last_content", "completed_at"]
    ordering = ["-pk"]

    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, *args: Any) -> None:
        """Tell of who came, or left, by that."""
        super().save_model(request, obj, form, *args)
        if "left_at" in form.changed_data or "student" in form.changed_data:
            if obj.left_at is None:
                enrollments_made.send(Enrollment, course=obj.course_id, students=[obj.student_id])
            elif "student" not in form.changed_data:
                enrollment_ended.send(Enrollment, course=obj.course_id, student=obj.student_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Enrollment | None = None) -> list[str]:
        """A place stays that of one student in one course, with all that was finished there."""
        return [*self.readonly_fields, *(["student", "course"] if obj else [])]


@admin.register(EnrollmentRequest)
class EnrollmentRequestAdmin(QuickAdmin[EnrollmentRequest]):
    list_display = ["student", "course", "asked_at"]
    list_display_links = ["student", "course"]
    list_filter = ["asked_at"]
    list_select_related = ["student", "course"]
    search_fields = [
        "student__username",
        "student__display_name",
        "student__email",
        "course__title",
    ]
    autocomplete_fields = ["student", "course"]
    readonly_fields = ["asked_at"]
    ordering = ["-pk"]


class CompletionAdminForm(forms.ModelForm[Completion]):
    class Meta:
        model = Completion
        fields = ["enrollment", "content"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        enrollment, content = data.get("enrollment"), data.get("content")
        if enrollment and content and content.module.course_id != enrollment.course_id:
            raise ValidationError({"content": _("This content is not part of the course.")})
        return data


@admin.register(Completion)
class CompletionAdmin(QuickAdmin[Completion]):
    form = CompletionAdminForm
    list_display = ["student", "course", "content", "completed_at"]
    list_display_links = ["student", "content"]
    list_filter = ["completed_at"]
    list_select_related = ["enrollment__student", "enrollment__course"]
    search_fields = [
        "enrollment__student__username",
        "enrollment__student__display_name",
        "enrollment__course__title",
    ]
    raw_id_fields = ["enrollment", "content"]
    readonly_fields = ["completed_at"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Completion]:
        return super().get_queryset(request).prefetch_related("content__item")

    @admin.display(description=_("student"))
    def student(self, completion: Completion) -> str:
        return str(completion.enrollment.student)

    @admin.display(description=_("course"))
    def course(self, completion: Completion) -> str:
        return str(completion.enrollment.course)
