"""Who teaches a course beside its owner, and giving it to another owner."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from educa.accounts.models import User
from educa.courses.actions import (
    add_co_instructor,
    hand_over,
    hand_over_and_stay,
    remove_co_instructor,
)
from educa.courses.permissions import can_dispose_of, who_teach
from educa.studio.forms.instructor import HandOverForm, NewInstructorForm
from educa.studio.views.mixins import CourseMixin, OwnedCourseMixin
from educa.studio.views.steps import Done, StepView


class CourseInstructorsView(CourseMixin, FormView[NewInstructorForm]):
    """All who teach the course; its owner adds others."""

    template_name = "studio/instructors/list.html"
    form_class = NewInstructorForm
    http_method_names = ["get", "head", "post", "options"]

    def check_course(self) -> None:
        """Raises PermissionDenied for a co-instructor who adds somebody."""
        if self.request.method == "POST" and not can_dispose_of(self.request.user, self.course):
            raise PermissionDenied

    def form_valid(self, form: NewInstructorForm) -> HttpResponse:
        """Add the person."""
        person = form.cleaned_data["person"]
        try:
            add_co_instructor(course=self.course, user=person)
        except ValidationError as error:
            form.add_error("person", error)
            return self.form_invalid(form)
        words = _("%(name)s edits this course with you now.")
        messages.success(self.request, words % {"name": person.shown_name})
        return redirect("course_instructors", self.course.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the instructors; those who lost the right to teach are named apart."""
        people = self.course.instructors
        teaching = who_teach(User.objects.filter(pk__in=[person.pk for person in people]))
        return super().get_context_data(
            instructors=people,
            teaching=set(teaching.values_list("pk", flat=True)),
            is_owner=can_dispose_of(self.request.user, self.course),
            **kwargs,
        )


class CourseInstructorRemoveView(OwnedCourseMixin, StepView, View):
    """No longer a co-instructor."""

    def take(self, values: dict[str, Any]) -> Done:
        """Remove the person. Raises Http404 for who is no co-instructor."""
        person = get_object_or_404(self.course.co_instructors, pk=self.kwargs["user_id"])
        remove_co_instructor(course=self.course, user=person)
        words = _("%(name)s can't edit this course any more.")
        return Done(words % {"name": person.shown_name}, self.back())

    def back(self) -> str:
        """All who teach the course."""
        return reverse("course_instructors", args=[self.course.pk])


class CourseHandOverView(OwnedCourseMixin, FormView[HandOverForm]):
    """Another owner, for the course and everything in it."""

    template_name = "studio/instructors/hand_over.html"
    form_class = HandOverForm
    http_method_names = ["get", "head", "post", "options"]
    extra_context = {"tab": "instructors"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form needs to know the course."""
        return {**super().get_form_kwargs(), "course": self.course}

    def form_valid(self, form: HandOverForm) -> HttpResponse:
        """Hand the course over, unless that was done in another window in this very moment."""
        to, stays = form.cleaned_data["to"], form.cleaned_data["stay"]
        step = hand_over_and_stay if stays else hand_over
        try:
            step(course=self.course, to=to)
        except ObjectDoesNotExist:
            raise Http404 from None  # somebody has deleted it for good meanwhile
        except ValidationError as error:
            if error.code == "meanwhile":  # the form would lead no further
                messages.error(self.request, error.messages[0])
                return redirect("manage_course_list")
            form.add_error(None, error)
            return self.form_invalid(form)
        words = _("“%(title)s” belongs to %(name)s now.")
        messages.success(self.request, words % {"title": self.course.title, "name": to.shown_name})
        return (
            redirect("course_outline", self.course.pk) if stays else redirect("manage_course_list")
        )
