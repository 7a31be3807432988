"""Who gets into a course: the rule, the invitation code, the number of places."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from educa.courses.actions import change_admission, renew_code
from educa.courses.models.codes import spelled
from educa.students.models import Enrollment
from educa.studio.forms.students import AdmissionForm
from educa.studio.views.mixins import CourseMixin


class CourseAdmissionView(CourseMixin, FormView[AdmissionForm]):
    """The settings, and the code to hand out."""

    template_name = "studio/students/admission.html"
    form_class = AdmissionForm
    http_method_names = ["get", "head", "post", "options"]
    extra_context = {"tab": "students"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """A form changes its row even when something is wrong, so it gets one of its own."""
        course = type(self.course).objects.get(pk=self.course.pk)
        return {**super().get_form_kwargs(), "instance": course}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make another code, or save the settings."""
        if "renew" not in request.POST:
            return super().post(request, *args, **kwargs)
        renew_code(course=self.course)
        messages.success(request, _("There is a new code. The old one opens nothing any more."))
        return redirect("course_admission", self.course.pk)

    def form_valid(self, form: AdmissionForm) -> HttpResponse:
        """Save the settings."""
        change_admission(course=self.course, **form.cleaned_data)
        messages.success(self.request, _("Saved who is enrolled."))
        return redirect("course_admission", self.course.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the code as people read it out, and how many there are."""
        return super().get_context_data(
            code=spelled(self.course.invitation_code),
            total=Enrollment.objects.current().filter(course=self.course).count(),
            **kwargs,
        )
