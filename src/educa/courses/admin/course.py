"""Subjects, courses with their modules, and the files that belong to courses."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import InlineModelAdmin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions import refuse_who_does_not_teach, restore_course
from educa.courses.admin.handing_over import HandingOverMixin
from educa.courses.forms import CoverFormMixin
from educa.courses.kinds.uploading import MediaFormMixin
from educa.courses.models import Attachment, Course, Module, Subject
from educa.courses.signals import course_published, instructor_added
from educa.lib.quick_admin import QuickAdmin, link_to
from educa.lib.uploads import checked_picture, media_type_of, shown_name

MOST_MODULES_IN_FORM = 100  # Django takes 1,000 fields in one form, and each module has five


@admin.register(Subject)
class SubjectAdmin(QuickAdmin[Subject]):
    list_display = ["title", "slug", "published_courses"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subject]:
        return Subject.objects.with_totals().order_by("title")

    @admin.display(description=_("published courses"), ordering="total_courses")
    def published_courses(self, subject: Subject) -> int:
        return subject.total_courses


class CourseAdminForm(CoverFormMixin, forms.ModelForm[Course]):
    """A slug that is left out is made from the title; a cover must be a picture."""

    class Meta:
        model = Course
        fields = [
            "title", "slug", "subject", "owner", "co_instructors", "status", "admission", "places",
            "overview", "cover",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "admission" in self.fields:
            self.fields["admission"].required = False

    def clean_admission(self) -> str:
        """What was chosen; left out, it stays as it is."""
        return self.cleaned_data["admission"] or self.instance.admission

    def clean_owner(self) -> User:
        owner: User = self.cleaned_data["owner"]
        refuse_who_does_not_teach(owner)
        return owner

    def clean_co_instructors(self) -> "QuerySet[User]":
        """Raises ValidationError for somebody who does not teach, unless they are one already."""
        people: QuerySet[User] = self.cleaned_data["co_instructors"]
        before = set(self.initial.get("co_instructors", []))
        for person in people:
            if person not in before:
                refuse_who_does_not_teach(person)
        return people

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for an owner who is a co-instructor, too."""
        values = super().clean() or self.cleaned_data
        owner = values.get("owner") or (self.instance.owner if self.instance.pk else None)
        if owner in values.get("co_instructors", ()):
            self.add_error("co_instructors", _("The owner is no co-instructor."))
        return values


class TrashFilter(admin.SimpleListFilter):
    """Courses that their instructors have deleted, or the others."""

    title = _("trash")
    parameter_name = "trash"

    def lookups(
        self, request: HttpRequest, model_admin: ModelAdmin[Any]
    ) -> Iterable[tuple[str, Any]]:
        return [("no", _("Not in the trash")), ("yes", _("In the trash"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.exclude(trashed_at=None)
        return queryset.filter(trashed_at=None) if self.value() == "no" else queryset


class ModuleInline(admin.TabularInline[Module, Course]):
    model = Module
    fields = ["order", "title", "description"]
    readonly_fields = ["order"]
    extra = 0
    show_change_link = True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "description" and field:
            field.widget.attrs["rows"] = 2
        return field


@admin.register(Course)
class CourseAdmin(HandingOverMixin, QuickAdmin[Course]):
    form = CourseAdminForm
    list_display = [
        "title", "subject", "owner", "status", "created", "published_at", "trashed_at",
    ]  # fmt: skip
    list_filter = ["status", "admission", TrashFilter, "subject", "created"]
    list_select_related = ["subject", "owner"]
    search_fields = ["title", "slug", "owner__username", "owner__display_name", "owner__email"]
    date_hierarchy = "created"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["owner", "co_instructors", "subject"]
    actions = [*HandingOverMixin.actions, "take_back_chosen"]
    fields = [
        "title", "slug", "subject", "owner", "co_instructors", "status", "admission",
        "invitation_code", "places", "overview", "cover", "all_modules", "created", "updated",
        "published_at", "trashed_at", "trashed_by",
    ]  # fmt: skip
    readonly_fields = [
        "invitation_code", "all_modules", "created", "updated", "published_at", "trashed_at",
        "trashed_by",
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Course | None = None) -> list[str]:
        """The items of a course go with it to a new owner, so that is a page of its own."""
        return [*self.readonly_fields, *(["owner"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Course, form: Any, *args: Any) -> None:
        """Keep the owner that the course has by now, if it has just been handed over."""
        if not obj._state.adding:
            rows = Course.objects.select_for_update(no_key=True)
            obj.owner_id = rows.values_list("owner", flat=True).get(pk=obj.pk)
        super().save_model(request, obj, form, *args)
        if obj.is_published and "status" in form.changed_data:
            course_published.send(Course, course=obj)

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        """Tell of those who teach the course now."""
        super().save_related(request, form, *args)
        if {"owner", "co_instructors"} & set(form.changed_data):
            for person in form.instance.instructors:
                instructor_added.send(Course, course=form.instance, user=person)

    def get_inlines(
        self, request: HttpRequest, obj: Course | None
    ) -> list[type[InlineModelAdmin[Any, Any]]]:
        """Modules, as long as one form can hold them."""
        if obj and obj.modules.count() > MOST_MODULES_IN_FORM:
            return []
        return [ModuleInline]

    @admin.action(description=_("Take back from the trash"), permissions=["change"])
    def take_back_chosen(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        deleted = list(queryset.exclude(trashed_at=None))
        for course in deleted:
            restore_course(course=course)
            self.log_change(request, course, gettext("Taken back from the trash."))
        text = ngettext("%(n)d course is back.", "%(n)d courses are back.", len(deleted))
        self.message_user(request, text % {"n": len(deleted)}, messages.SUCCESS)

    @admin.display(description=_("modules"))
    def all_modules(self, course: Course) -> str:
        if course._state.adding:
            return "–"
        address = reverse("admin:courses_module_changelist")
        return format_html(
            '<a href="{}?course__id__exact={}">{}</a>', address, course.pk, course.modules.count()
        )


@admin.register(Module)
class ModuleAdmin(QuickAdmin[Module]):
    list_display = ["title", "course", "order"]
    list_select_related = ["course"]
    list_filter = ["course__status", "course__subject"]
    search_fields = ["title", "course__title"]
    autocomplete_fields = ["course"]
    fields = ["course", "title", "description", "order", "contents_in_order"]
    readonly_fields = ["order", "contents_in_order"]
    ordering = ["-pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Module | None = None) -> list[str]:
        """A module stays in its course, with what students of that course have finished in it."""
        return [*self.readonly_fields, *(["course"] if obj else [])]

    @admin.display(description=_("contents"))
    def contents_in_order(self, module: Module) -> str:
        if module._state.adding:
            return "–"
        contents = module.contents.select_related("content_type").prefetch_related("item")
        rows = [(content.content_type.name, link_to(content)) for content in contents]
        return (
            format_html("<ol>{}</ol>", format_html_join("", "<li>{}: {}</li>", rows))
            if rows
            else "–"
        )


class AttachmentAdminForm(MediaFormMixin, forms.ModelForm[Attachment]):
    class Meta:
        model = Attachment
        fields = ["course", "file", "instructors_only"]

    def save(self, commit: bool = True) -> Attachment:  # noqa: FBT001, FBT002 - Django's
        """A new file brings its own name, size and type."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            self.instance.name = shown_name(file.name or "")
            self.instance.media_type = media_type_of(file, file.name or "")
            if self.instance.media_type.startswith("image/"):
                self.instance.file = checked_picture(file).file
            self.instance.size = self.instance.file.size
        return super().save(commit)

    def clean_file(self) -> Any:
        """A picture is decoded, and tells no more where it was taken."""
        file = super().clean_file()
        if isinstance(file, UploadedFile) and media_type_of(file, file.name or "")[:6] == "image/":
            checked_picture(file)
        return file


@admin.register(Attachment)
class AttachmentAdmin(QuickAdmin[Attachment]):
    form = AttachmentAdminForm
    list_display = ["name", "course", "media_type", "size", "instructors_only", "created"]
    list_filter = ["instructors_only", "media_type"]
    list_select_related = ["course"]
    search_fields = ["name", "path", "course__title"]
    autocomplete_fields = ["course"]
    fields = ["course", "file", "name", "media_type", "size", "path", "instructors_only", "created"]
    readonly_fields = ["name", "media_type", "size", "path", "created"]
    ordering = ["-pk"]
