"""Duplicating a content, a module, a course."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.courses.actions import copy_content, copy_course, copy_module
from educa.studio.views.content_steps import ContentStepView
from educa.studio.views.mixins import CourseMixin
from educa.studio.views.module_steps import ModuleStepView, outline_url
from educa.studio.views.steps import Done, StepView


class ContentDuplicateView(ContentStepView):
    """A copy behind the content; scripts get where it is."""

    def take(self, values: dict[str, Any]) -> Done:
        """Make the copy."""
        copy = copy_content(content=self.content)
        page = reverse("module_content_list", args=[self.module.pk])
        return Done(
            _("Duplicated “%(title)s”.") % {"title": self.content},
            f"{page}#content-{copy.pk}",
            undo=reverse("module_content_delete", args=[copy.pk]),
            answer={"id": copy.pk, "module": self.module.pk, "place": copy.order},
        )


class ModuleDuplicateView(ModuleStepView):
    """A copy behind the module, with everything in it; scripts get where it is."""

    def take(self, values: dict[str, Any]) -> Done:
        """Make the copy."""
        copy = copy_module(module=self.module)
        return Done(
            _("Duplicated the module “%(title)s”.") % {"title": self.module.title},
            outline_url(self.course, copy),
            undo=reverse("module_delete", args=[copy.pk]),
            answer={"id": copy.pk, "place": copy.order},
        )


class CourseDuplicateView(CourseMixin, StepView, View):
    """A course of one's own with everything that is in this one, and without its students."""

    permission_required = ("courses.add_course", "courses.change_course")

    def take(self, values: dict[str, Any]) -> Done:
        """Make the copy, and go on with its outline."""
        copy = copy_course(course=self.course, owner=self.instructor)
        return Done(
            _("Duplicated the course: “%(title)s” is a draft that only you see.")
            % {"title": copy.title},
            outline_url(copy),
            answer={"id": copy.pk, "url": outline_url(copy)},
        )

    def back(self) -> str:
        """The list of courses."""
        return reverse("manage_course_list")
