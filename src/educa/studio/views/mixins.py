"""What the views of the studio are built from: who may be here, and which rows they work on."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View
from django.views.generic.base import ContextMixin

from educa.accounts.models import User
from educa.courses.models import Content, Course, Module
from educa.courses.permissions import can_dispose_of

if TYPE_CHECKING:

    class Base(ContextMixin, View):
        """What a mixin finds in the view that it is mixed into."""
else:
    Base = object


class InstructorRequiredMixin(PermissionRequiredMixin, Base):
    """Visitors sign in first, and who is no instructor (any more) gets 403, before any row is looked up."""

    permission_required: str | tuple[str, ...] = "courses.change_course"
    place = "teach"  # what is marked as current in the navigation

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Raises PermissionDenied for who is signed in.

        Others come back to the page after signing in; a posted form can't be repeated, so it leads to the
        list of courses.
        """
        if self.request.user.is_authenticated or self.request.method in {"GET", "HEAD"}:
            return super().handle_no_permission()
        return redirect_to_login(reverse("manage_course_list"))

    @property
    def instructor(self) -> User:
        """The person at work."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - the permission says so
        return user


class EditableCoursesMixin(InstructorRequiredMixin):
    """For Django's views of one course: only those that the person may change, 404 for all others."""

    model = Course

    def get_queryset(self) -> QuerySet[Course]:
        """The courses that the person may change."""
        return Course.objects.editable_by(self.request.user).select_related("subject", "owner")


class CourseMixin(InstructorRequiredMixin):
    """For pages below a course, whose key is `pk` in the path: `self.course`, which the person may change."""

    course: Course

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the course. Raises Http404, and what `check_course` raises."""
        if self.has_permission():
            rows = Course.objects.editable_by(request.user).select_related("subject", "owner")
            self.course = get_object_or_404(rows, pk=kwargs["pk"])
            self.check_course()
        return super().dispatch(request, *args, **kwargs)

    def check_course(self) -> None:
        """What else must be true of the course for this request."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `course`."""
        return super().get_context_data(course=self.course, **kwargs)


class OwnedCourseMixin(CourseMixin):
    """Only for the owner: to delete the course, hand it over, choose co-instructors.

    A co-instructor knows of the course and gets 403, everybody else 404.
    """

    def check_course(self) -> None:
        """Raises PermissionDenied for a co-instructor."""
        if not can_dispose_of(self.request.user, self.course):
            raise PermissionDenied


class ModuleMixin(InstructorRequiredMixin):
    """For pages below a module, whose key is `module_id` in the path: `self.module` and `self.course`."""

    modules: ClassVar[Any] = Module.objects
    module: Module
    course: Course

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the module. Raises Http404."""
        if self.has_permission():
            self.module = self.find_module(kwargs["module_id"])
            self.course = self.module.course
        return super().dispatch(request, *args, **kwargs)

    def find_module(self, key: int) -> Module:
        """The module with that key, which the person may change, and its course. Raises Http404."""
        rows = self.modules.editable_by(self.request.user).select_related(
            "course__subject", "course__owner"
        )
        found: Module = get_object_or_404(rows, pk=key)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `course` and `module`."""
        return super().get_context_data(course=self.course, module=self.module, **kwargs)


class ContentMixin(InstructorRequiredMixin):
    """For steps with a content, whose key is `id` in the path: `self.content`, `self.module`, `self.course`."""

    contents: ClassVar[Any] = Content.objects
    content: Content
    module: Module
    course: Course

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the content. Raises Http404."""
        if self.has_permission():
            rows = self.contents.editable_by(request.user).select_related("module__course")
            self.content = get_object_or_404(rows, pk=kwargs["id"])
            self.module, self.course = self.content.module, self.content.module.course
        return super().dispatch(request, *args, **kwargs)
