"""The trash: taking back what was deleted, or deleting it for good."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView, View

from educa.courses.actions import (
    purge_content,
    purge_course,
    purge_module,
    restore_content,
    restore_course,
    restore_module,
)
from educa.courses.models import Content, Course, Module
from educa.courses.permissions import can_dispose_of
from educa.courses.trash import kept_until, trash_of
from educa.lib.paging import KeysFirst
from educa.studio.views.asking import AskingStepView
from educa.studio.views.mixins import (
    ContentMixin,
    CourseMixin,
    InstructorRequiredMixin,
    ModuleMixin,
)
from educa.studio.views.steps import Done, StepView


class CourseTrashListView(InstructorRequiredMixin, ListView[Course]):
    """The courses that the person has deleted, the latest first."""

    template_name = "studio/trash/list.html"
    paginate_by = 20
    paginator_class = KeysFirst

    def get_queryset(self) -> QuerySet[Course]:
        """The deleted courses of this person."""
        rows = Course.objects.in_trash_of(self.request.user).order_by("-trashed_at", "-pk")
        return rows.with_totals().select_related("subject", "trashed_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add when each goes for good, and how long that takes in days."""
        context = super().get_context_data(days=settings.EDUCA_TRASH_DAYS, **kwargs)
        for course in context["object_list"]:
            course.until = kept_until(course.trashed_at)
        return context


class CourseTrashView(CourseMixin, TemplateView):
    """The modules and contents of one course that were deleted."""

    template_name = "studio/trash/course.html"
    paginate_by = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of them."""
        entries = Paginator(trash_of(self.course), self.paginate_by)
        return super().get_context_data(
            page=entries.get_page(self.request.GET.get("page")),
            days=settings.EDUCA_TRASH_DAYS,
            can_purge=can_dispose_of(self.request.user, self.course),
            **kwargs,
        )


class DeletedCourseMixin(InstructorRequiredMixin):
    """For steps with a course that was deleted, or is back already: `self.course`, which belongs to the person."""

    course: Course

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the course. Raises Http404."""
        if self.has_permission():
            self.course = get_object_or_404(self.courses(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def courses(self) -> QuerySet[Course]:
        """Which courses may be meant."""
        return Course.objects.in_trash_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `course`."""
        return super().get_context_data(course=self.course, **kwargs)


class CourseRestoreView(DeletedCourseMixin, StepView, View):
    """Back from the trash; twice is once."""

    def courses(self) -> QuerySet[Course]:
        """Also those that are back already."""
        return super().courses() | Course.objects.owned_by(self.request.user)

    def take(self, values: dict[str, Any]) -> Done:
        """Take the course back."""
        restore_course(course=self.course)
        return Done(_("“%(title)s” is back.") % {"title": self.course.title}, self.back())

    def back(self) -> str:
        """The list of courses."""
        return reverse("manage_course_list")


class PurgeView(AskingStepView):
    """For good, after a page that says what goes; only for the owner of the course."""

    permission_required = ("courses.change_course", "courses.delete_course")
    course: Course

    def purge(self) -> str:
        """Delete for good; gives the title. Raises DoesNotExist for what is not in the trash any more."""
        raise NotImplementedError

    def take(self, values: dict[str, Any]) -> Done:
        """Delete for good. Raises Http404 for what somebody has taken back."""
        try:
            title = self.purge()
        except ObjectDoesNotExist:
            raise Http404 from None
        return Done(_("“%(title)s” is gone for good.") % {"title": title}, self.back())


class CoursePurgeView(DeletedCourseMixin, PurgeView):
    """A course with all that is in it."""

    template_name = "studio/trash/purge_course.html"

    def purge(self) -> str:
        """Delete the course for good."""
        purge_course(course=self.course)
        return self.course.title

    def back(self) -> str:
        """The courses that are still in the trash."""
        return reverse("course_trash_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how much would go."""
        counted = Course.objects.with_totals().get(pk=self.course.pk)
        return super().get_context_data(counted=counted, **kwargs)


class ModuleRestoreView(ModuleMixin, StepView, View):
    """Back to where it was, with the contents that went with it; twice is once."""

    modules = Module.everything

    def take(self, values: dict[str, Any]) -> Done:
        """Take the module back."""
        restore_module(module=self.module)
        return Done(_("“%(title)s” is back.") % {"title": self.module.title}, self.back())

    def back(self) -> str:
        """The outline, at the module."""
        return f"{reverse('course_outline', args=[self.course.pk])}#module-{self.module.pk}"


class ContentRestoreView(ContentMixin, StepView, View):
    """Back to where it was; twice is once."""

    contents = Content.everything

    def take(self, values: dict[str, Any]) -> Done:
        """Take the content back. Raises ValidationError while its module is in the trash."""
        restore_content(content=self.content)
        return Done(_("“%(title)s” is back.") % {"title": self.content}, self.back())

    def back(self) -> str:
        """The outline, at the content."""
        return f"{reverse('course_outline', args=[self.course.pk])}#content-{self.content.pk}"


class DeletedPurgeView(PurgeView):
    """What was deleted in a course that is there."""

    template_name = "studio/trash/purge.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page that asks. Raises PermissionDenied, and Http404 for what is not in the trash."""
        self.refuse_co_instructors()
        if self.deleted().trashed_at is None:
            raise Http404
        return super().get(request, *args, **kwargs)

    def take(self, values: dict[str, Any]) -> Done:
        """Delete for good. Raises PermissionDenied."""
        self.refuse_co_instructors()
        return super().take(values)

    def refuse_co_instructors(self) -> None:
        """Raises PermissionDenied for who does not own the course."""
        if not can_dispose_of(self.request.user, self.course):
            raise PermissionDenied

    def deleted(self) -> Module | Content:
        """What is to go."""
        raise NotImplementedError

    def back(self) -> str:
        """What is still in the trash of the course."""
        return reverse("course_trash", args=[self.course.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `deleted`, and that this belongs to the trash."""
        kwargs.setdefault("course", self.course)
        return super().get_context_data(deleted=self.deleted(), tab="trash", **kwargs)


class ModulePurgeView(ModuleMixin, DeletedPurgeView):
    """A module, and its contents with it."""

    modules = Module.everything

    def deleted(self) -> Module:
        """The module."""
        return self.module

    def purge(self) -> str:
        """Delete the module for good."""
        purge_module(module=self.module)
        return self.module.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many contents would go."""
        contents = Content.everything.filter(module=self.module).count()
        return super().get_context_data(total_contents=contents, **kwargs)


class ContentPurgeView(ContentMixin, DeletedPurgeView):
    """A content, and its item with it."""

    contents = Content.everything

    def deleted(self) -> Content:
        """The content."""
        return self.content

    def purge(self) -> str:
        """Delete the content for good."""
        title = str(self.content)
        purge_content(content=self.content)
        return title
