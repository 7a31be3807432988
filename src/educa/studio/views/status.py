"""The status of a course: what is to be looked at before it is published, and the steps there are."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from educa.courses.actions import archive_course, publish_course, unpublish_course
from educa.courses.models import Course
from educa.courses.publishing import checklist_of
from educa.studio.views.asking import AskingStepView
from educa.studio.views.mixins import CourseMixin
from educa.studio.views.steps import Done, wants_json

STEPS = {
    Course.Status.PUBLISHED: publish_course,
    Course.Status.ARCHIVED: archive_course,
    Course.Status.DRAFT: unpublish_course,
}


class StatusForm(forms.Form):
    """Which status the course is to have."""

    status = forms.ChoiceField(choices=Course.Status.choices)


class CoursePublishView(CourseMixin, AskingStepView):
    """What is amiss in the course, and the steps to another status."""

    template_name = "studio/course/publish.html"
    form_class = StatusForm

    def take(self, values: dict[str, Any]) -> Done:
        """Give the course its status."""
        status = Course.Status(values["status"])
        STEPS[status](course=self.course)
        return Done(self._words(status), self.back(), answer={"status": status.value})

    def _words(self, status: Course.Status) -> str:
        if status == Course.Status.ARCHIVED:
            return _("Archived “%(title)s”.") % {"title": self.course.title}
        if status == Course.Status.DRAFT:
            return _("“%(title)s” is a draft again.") % {"title": self.course.title}
        words = _("Published “%(title)s”.") % {"title": self.course.title}
        if wants_json(self.request):
            return words
        address, link = self.course.get_absolute_url(), _("Open the course page")
        return format_html('{} <a href="{}">{}</a>', words, address, link)

    def back(self) -> str:
        """The same page."""
        return reverse("course_publish", args=[self.course.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the checklist, and the number of those who study the course."""
        groups = checklist_of(self.course)
        counted = Course.objects.with_totals().get(pk=self.course.pk)
        return super().get_context_data(
            groups=groups,
            has_problems=any(group.is_problem for group in groups),
            total_students=counted.total_students,
            **kwargs,
        )
