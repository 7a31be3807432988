"""Steps with one student, or with those who ask to be let in."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from educa.accounts.models import User
from educa.students.actions import approve, refuse, remove_student, take_in_again
from educa.students.models import Enrollment
from educa.studio.forms.students import RequestsForm
from educa.studio.views.mixins import CourseMixin
from educa.studio.views.steps import Done, StepView


class StudentsStepView(CourseMixin, StepView, View):
    """A step after which the list of students is shown again."""

    def back(self) -> str:
        """The students of the course."""
        return reverse("course_students", args=[self.course.pk])

    def student(self) -> User:
        """Who is meant. Raises Http404 for who never had a place in the course."""
        places = Enrollment.objects.filter(course=self.course).select_related("student")
        return get_object_or_404(places, student=self.kwargs["student_id"]).student


class CourseStudentRemoveView(StudentsStepView):
    """Out of the course at once; what they finished is kept."""

    def take(self, values: dict[str, Any]) -> Done:
        """Remove the student, with a way back."""
        student = self.student()
        remove_student(course=self.course, student=student)
        words = _("%(name)s is removed. What they have finished is kept.")
        undo = reverse("course_student_restore", args=[self.course.pk, student.pk])
        return Done(words % {"name": student.shown_name}, self.back(), undo)


class CourseStudentRestoreView(StudentsStepView):
    """In the course again, with their progress."""

    def take(self, values: dict[str, Any]) -> Done:
        """Enroll the student again. Raises Refused."""
        student = self.student()
        take_in_again(course=self.course, student=student)
        words = _("%(name)s is enrolled again.")
        return Done(words % {"name": student.shown_name}, self.back())


class CourseRequestApproveView(StudentsStepView):
    """Enroll those who ask."""

    form_class = RequestsForm

    def take(self, values: dict[str, Any]) -> Done:
        """Enroll them all, or nobody. Raises Refused."""
        number = approve(course=self.course, requests=values["request"])
        if not number:
            return Done(_("These requests are answered already."), self.back())
        words = ngettext(
            "%(number)d student is enrolled now.", "%(number)d students are enrolled now.", number
        )
        return Done(words % {"number": number}, self.back())


class CourseRequestRefuseView(StudentsStepView):
    """Don't enroll those who ask."""

    form_class = RequestsForm

    def take(self, values: dict[str, Any]) -> Done:
        """Take the requests away."""
        number = refuse(course=self.course, requests=values["request"])
        if not number:
            return Done(_("These requests are answered already."), self.back())
        words = ngettext(
            "%(number)d request is refused.", "%(number)d requests are refused.", number
        )
        return Done(words % {"number": number}, self.back())
