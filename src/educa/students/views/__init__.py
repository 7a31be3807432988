"""Enrolling, my courses, and reading them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from educa.courses.models import Course
from educa.courses.permissions import can_edit
from educa.students.models import Enrollment
from educa.students.reading import reading_of

BIGGEST_KEY = 2**63 - 1


class EnrollForm(forms.Form):
    course = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)


@require_POST
def enroll(request: HttpRequest) -> HttpResponse:
    """Enroll the person who is signed in; twice is once. Others sign in first, and come back to the course.

    Who teaches the course is no student of it.
    """
    form = EnrollForm(request.POST)
    if not form.is_valid():
        raise Http404
    course = get_object_or_404(Course.objects.open_for_enrollment(), pk=form.cleaned_data["course"])
    if not request.user.is_authenticated:
        return redirect_to_login(course.get_absolute_url())
    if request.user in course.instructors:
        messages.info(request, _("You teach this course, and read it without being enrolled."))
        return redirect(course)
    Enrollment.objects.enroll(request.user, course)
    return redirect("student_course_detail", course.pk)


class StudentCourseListView(LoginRequiredMixin, ListView[Enrollment]):
    """The courses that the person studies, with their progress."""

    template_name = "students/course/list.html"
    context_object_name = "enrollments"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Enrollment]:
        mine = Enrollment.objects.of(self.request.user).current().listed()
        return mine.with_progress().select_related("course__subject", "course__owner")


class StudentCourseDetailView(LoginRequiredMixin, DetailView[Course]):
    """One content of a course, with the outline beside it: the one asked for, or where one left off."""

    template_name = "students/course/detail.html"
    context_object_name = "course"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """403 with the way in for a course that the person may know of but not read; else 404."""
        if self.get_queryset().filter(pk=kwargs["pk"]).exists():
            return super().get(request, *args, **kwargs)
        known = get_object_or_404(Course.objects.visible_to(request.user), pk=kwargs["pk"])
        return render(request, "students/course/closed.html", {"course": known}, status=403)

    def get_queryset(self) -> QuerySet[Course]:
        readable = Course.objects.readable_by(self.request.user).select_related("subject", "owner")
        return readable.prefetch_related("co_instructors")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, course = self.request.user, self.object
        wanted = self.request.GET.get("content")
        reading = reading_of(
            course,
            user,
            module=self.kwargs.get("module_id"),
            content=_key(wanted) if wanted else None,
        )
        if reading is None:
            raise Http404
        return super().get_context_data(
            is_preview=user in course.instructors,
            can_edit=can_edit(user, course),
            **kwargs,
            **reading.context(),
        )


def _key(value: str) -> int:
    """A key from the address, or 0, which no row has, for what can be none."""
    form = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    try:
        return int(form.clean(value))
    except ValidationError:
        return 0
