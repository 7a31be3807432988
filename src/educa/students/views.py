"""Enrolling, and my courses."""

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from educa.courses.models import Course
from educa.students.models import Enrollment

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
