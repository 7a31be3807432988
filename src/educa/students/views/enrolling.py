"""Enrolling, and my courses."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from educa.courses.models import Course
from educa.lib.paging import KeysFirst
from educa.students import actions
from educa.students.forms import LONGEST_CODE, CourseForm
from educa.students.models import Enrollment, EnrollmentRequest
from educa.students.refusals import FULL, NO_CODE, WRONG_CODE, Refused
from educa.students.words import words_of

# A place that somebody else has taken is a conflict; everything else is not for this person.
STATUSES = {FULL: 409}
MOST_REQUESTS = 50  # that are shown


@require_POST
def enroll(request: HttpRequest) -> HttpResponse:
    """Enroll the person who is signed in, or ask that they be; twice is once.

    Others sign in first, and come back to the course. Who teaches the course is no student of it.
    """
    course = _posted_course(request, Course.objects.open_for_enrollment())
    if not request.user.is_authenticated:
        return redirect_to_login(course.get_absolute_url())
    if request.user in course.instructors:
        messages.info(request, _("You teach this course, and read it without being enrolled."))
        return redirect(course)
    code = request.POST.get("code", "")[:LONGEST_CODE]
    try:
        joined = actions.join(student=request.user, course=course, code=code)
    except Refused as refusal:
        return _refused(request, course, refusal)
    except Course.DoesNotExist:  # deleted in this very moment
        raise Http404 from None
    if isinstance(joined, Enrollment):
        return redirect("student_course_detail", course.pk)
    messages.success(request, words_of(joined))
    return redirect(course)


def _refused(request: HttpRequest, course: Course, refusal: Refused) -> HttpResponse:
    """The page that says why; where a code is missing, it can be typed there."""
    wants_code = refusal.code in {NO_CODE, WRONG_CODE}
    context = {"course": course, "reason": refusal.words, "wants_code": wants_code}
    status = STATUSES.get(refusal.code, 403)
    return render(request, "students/course/refused.html", context, status=status)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Give up one's own place in a course, or the request for one; twice is once."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("student_course_list"))
    visible = Course.objects.visible_to(request.user)
    mine = Enrollment.objects.of(request.user).listed().values("course")
    known = Course.objects.filter(Q(pk__in=visible.values("pk")) | Q(pk__in=mine))
    course = _posted_course(request, known)
    has_asked = EnrollmentRequest.objects.of(request.user).filter(course=course).exists()
    actions.leave(student=request.user, course=course)
    if has_asked:
        words = _("Your request for “%(title)s” is taken back.")
    else:
        words = _("You have left “%(title)s”. What you have finished there is kept.")
    messages.success(request, words % {"title": course.title})
    return redirect("student_course_list")


def _posted_course(request: HttpRequest, courses: QuerySet[Course]) -> Course:
    form = CourseForm(request.POST)
    if not form.is_valid():
        raise Http404
    return get_object_or_404(courses, pk=form.cleaned_data["course"])


class StudentCourseListView(LoginRequiredMixin, ListView[Enrollment]):
    """The courses that the person studies, the one used last first, and those they wait to be let into."""

    template_name = "students/course/list.html"
    context_object_name = "enrollments"
    paginate_by = 50
    paginator_class = KeysFirst

    def get_queryset(self) -> QuerySet[Enrollment]:
        mine = Enrollment.objects.of(self.request.user).current().listed().by_use()
        return mine.with_progress().select_related("course__subject", "course__owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the requests that nobody has answered yet."""
        asked = EnrollmentRequest.objects.of(self.request.user).listed()
        return super().get_context_data(
            requests=asked.select_related("course__subject")[:MOST_REQUESTS], **kwargs
        )
