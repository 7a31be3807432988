"""The courses that one teaches, and what each says of itself."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import CreateView, ListView, UpdateView

from educa.courses.actions import (
    Changed,
    create_course,
    describe_course,
    state_of,
    trash_course,
)
from educa.courses.forms import DESCRIBING
from educa.courses.models import Course, Subject
from educa.courses.permissions import can_dispose_of
from educa.lib.paging import KeysFirst
from educa.studio.conflicts import disagreements
from educa.studio.forms.course import CourseForm
from educa.studio.views.asking import AskingStepView
from educa.studio.views.mixins import (
    EditableCoursesMixin,
    InstructorRequiredMixin,
    OwnedCourseMixin,
)
from educa.studio.views.steps import Done

SORTS = {
    "changed": (gettext_lazy("Last change"), ["-updated", "-pk"]),
    "title": (gettext_lazy("Title"), ["title", "pk"]),
    "newest": (gettext_lazy("Newest"), ["-created", "-pk"]),
}
MAX_QUERY = 200  # characters


class CourseListView(InstructorRequiredMixin, ListView[Course]):
    """Own courses, and those of others that one edits: searched, filtered, sorted, in pages."""

    template_name = "studio/course/list.html"
    paginate_by = 20
    paginator_class = KeysFirst

    def get_queryset(self) -> QuerySet[Course]:
        """The courses of this page."""
        asked = self.request.GET
        self.query = asked.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
        self.sort = asked["sort"] if asked.get("sort") in SORTS else "changed"
        self.status = asked["status"] if asked.get("status") in Course.Status.values else ""
        rows = Course.objects.editable_by(self.request.user).titled(self.query)
        if self.status:
            rows = rows.filter(status=self.status)
        ordered = rows.order_by(*SORTS[self.sort][1])
        return ordered.with_totals().select_related("subject", "owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what there is to choose from, and how many courses are in the trash."""
        totals = self._totals()
        return super().get_context_data(
            query=self.query,
            sort=self.sort,
            sorts=[(value, label) for value, (label, _order) in SORTS.items()],
            status=self.status,
            statuses=[(each.value, each.label, totals.get(each, 0)) for each in Course.Status],
            total=sum(totals.values()),
            trashed=Course.objects.in_trash_of(self.request.user).count(),
            **kwargs,
        )

    def _totals(self) -> dict[str, int]:
        mine = Course.objects.editable_by(self.request.user).order_by()
        return dict(mine.values_list("status").annotate(Count("pk")))


class CourseCreateView(InstructorRequiredMixin, CreateView[Course, CourseForm]):
    """A new draft, which belongs to whoever makes it."""

    permission_required = ("courses.add_course", "courses.change_course")
    model = Course
    form_class = CourseForm
    template_name = "studio/course/create.html"
    http_method_names = ["get", "head", "post", "options"]

    def form_valid(self, form: CourseForm) -> HttpResponse:
        """Make the course, and go on with its outline."""
        try:
            course = create_course(form=form, owner=self.instructor)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        words = _("“%(title)s” is a draft that only you see. Add its first module.")
        messages.success(self.request, words % {"title": course.title})
        return redirect("course_outline", course.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether there is a subject to choose."""
        return super().get_context_data(has_subjects=Subject.objects.exists(), **kwargs)


class CourseEditView(EditableCoursesMixin, UpdateView[Course, CourseForm]):
    """What the course says of itself; nothing that somebody else has saved is overwritten unseen."""

    form_class = CourseForm
    template_name = "studio/course/edit.html"
    http_method_names = ["get", "head", "post", "options"]
    state = ""

    def get_object(self, queryset: QuerySet[Course] | None = None) -> Course:
        """The course. Raises Http404."""
        course = super().get_object(queryset)
        self.state = state_of(course, DESCRIBING)
        return course

    def form_valid(self, form: CourseForm) -> HttpResponse:
        """Save, unless somebody else has done so since the page was made."""
        try:
            course = describe_course(form=form, seen=self.request.POST.get("seen"))
        except Changed as changed:
            return self._show_both(form, changed.current)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("course_edit", course.pk)

    def _show_both(self, form: CourseForm, current: Any) -> HttpResponse:
        """What there is now beside what was typed, and the form to go on with; 409."""
        found = disagreements(form, current)
        if not found:
            messages.success(self.request, _("Saved."))
            return redirect("course_edit", current.pk)
        self.template_name = "studio/course/changed.html"
        seen = state_of(current, DESCRIBING)
        context = self.get_context_data(form=form, seen=seen, disagreements=found)
        return self.render_to_response(context, status=409)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the state that the form begins with, and the course as it is saved."""
        # A form that was sent has written into the object what may not be valid.
        sent = self.request.method == "POST"
        saved = get_object_or_404(self.get_queryset(), pk=self.object.pk) if sent else self.object
        kwargs.setdefault("seen", self.request.POST.get("seen", self.state))
        kwargs["can_delete"] = can_dispose_of(self.request.user, saved)
        return super().get_context_data(**kwargs) | {"course": saved}


class CourseDeleteView(OwnedCourseMixin, AskingStepView):
    """Into the trash, after a page that says what goes with the course."""

    permission_required = ("courses.change_course", "courses.delete_course")
    template_name = "studio/course/delete.html"

    def take(self, values: dict[str, Any]) -> Done:
        """Delete the course so that it can be taken back."""
        trash_course(course=self.course, by=self.instructor)
        return Done(
            _("“%(title)s” is in the trash.") % {"title": self.course.title},
            self.back(),
            undo=reverse("course_restore", args=[self.course.pk]),
        )

    def back(self) -> str:
        """The list of courses."""
        return reverse("manage_course_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how much would go."""
        counted = Course.objects.with_totals().get(pk=self.course.pk)
        return super().get_context_data(counted=counted, **kwargs)
