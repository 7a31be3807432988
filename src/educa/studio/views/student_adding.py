"""Adding students: by typed names, or from a file, after a look at what would happen."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView

from educa.accounts.models import User
from educa.students.actions import add_students
from educa.students.refusals import NOT_PUBLISHED, Refused
from educa.students.roster import Addition, Verdict, plan_additions
from educa.studio.forms.students import NamesFileForm, NamesForm, PlanForm
from educa.studio.views.mixins import CourseMixin


class AddingView(CourseMixin, FormView[forms.Form]):
    """A list comes in, a page says for each line what would happen, and then exactly that is done."""

    http_method_names = ["get", "head", "post", "options"]
    extra_context = {"tab": "students"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a list, or carry out the one that was looked at."""
        if "plan" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = PlanForm(request.POST, course=self.course, person=self.instructor.pk)
        if not form.is_valid():
            return self._start_again(list(map(str, form.errors["plan"])))
        students = User.objects.filter(pk__in=form.cleaned_data["plan"], is_active=True)
        return self.add(list(students))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Find out what would happen, if anything can."""
        if not self.course.is_published:
            form.add_error("names", Refused(NOT_PUBLISHED, self.course))
            return self.form_invalid(form)
        return self.planned(form, plan_additions(self.course, form.cleaned_data["names"]))

    def planned(self, form: forms.Form, plan: list[Addition]) -> HttpResponse:
        """Show the plan."""
        return self.show(plan)

    def show(self, plan: list[Addition]) -> HttpResponse:
        """The page that says for each line what would happen."""
        coming = [row.student.pk for row in plan if row.comes and row.student]
        numbers = Counter(row.verdict for row in plan)
        context = self.get_context_data(
            plan=sorted(plan, key=lambda row: row.comes or row.verdict == Verdict.ENROLLED),
            numbers=[(verdict.label, numbers[verdict]) for verdict in Verdict if numbers[verdict]],
            coming=len(coming),
            signed=PlanForm.signed(self.course, self.instructor.pk, coming),
        )
        self.template_name = "studio/students/plan.html"
        return self.render_to_response(context)

    def add(self, students: list[User]) -> HttpResponse:
        """Enroll them all, or nobody."""
        try:
            number = add_students(course=self.course, students=students)
        except ValidationError as error:
            return self._start_again(error.messages)
        words = ngettext(
            "%(number)d student is enrolled now.", "%(number)d students are enrolled now.", number
        )
        messages.success(self.request, words % {"number": number})
        return redirect("course_students", self.course.pk)

    def _start_again(self, reasons: list[str]) -> HttpResponse:
        for words in reasons:
            messages.error(self.request, words)
        return redirect(self.request.path)


class CourseStudentAddView(AddingView):
    """Names that are typed; when nothing about them is in doubt, they are added at once."""

    template_name = "studio/students/add.html"
    form_class = NamesForm

    def planned(self, form: forms.Form, plan: list[Addition]) -> HttpResponse:
        """Add them, or show what is in doubt."""
        if all(row.comes for row in plan):
            return self.add([row.student for row in plan if row.student])
        if len(plan) == 1:
            form.add_error("names", _told(plan[0]))
            return self.form_invalid(form)
        return self.show(plan)


class CourseStudentImportView(AddingView):
    """A CSV file, always looked at first."""

    template_name = "studio/students/import.html"
    form_class = NamesFileForm


def _told(row: Addition) -> str:
    return _("“%(login)s”: %(verdict)s.") % {"login": row.login, "verdict": row.verdict.label}
