"""Adding a module, and changing, moving and deleting one."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.courses.actions import add_module, describe_module, move_module, trash_module
from educa.courses.models import Course, Module
from educa.studio.forms.outline import ModuleForm, PlaceForm
from educa.studio.outline import row_of
from educa.studio.views.mixins import CourseMixin, ModuleMixin
from educa.studio.views.steps import Done, StepView


def outline_url(course: Course, module: Module | None = None) -> str:
    """The page of the outline, at that module."""
    page = reverse("course_outline", args=[course.pk])
    return f"{page}?module={module.pk}#module-{module.pk}" if module else page


class ModuleCreateView(CourseMixin, StepView, View):
    """A new module at the end of the course; scripts get its row in the outline as `html`."""

    form_class = ModuleForm

    def take(self, values: dict[str, Any]) -> Done:
        """Add the module."""
        module = add_module(
            course=self.course,
            title=values["title"],
            description=values["description"] or "",
        )
        return Done(
            _("Added the module “%(title)s”.") % {"title": module.title},
            outline_url(self.course, module),
            answer={
                "id": module.pk,
                "url": outline_url(self.course, module),
                "html": render_to_string("studio/outline/module.html", {"row": row_of(module)}),
            },
        )

    def back(self) -> str:
        """The outline."""
        return outline_url(self.course)


class ModuleStepView(ModuleMixin, StepView, View):
    """A step with one module, which leads back to the outline."""

    def back(self) -> str:
        """The outline, at the module."""
        return outline_url(self.course, self.module)


class ModuleEditView(ModuleStepView):
    """Another title; another description where one is sent."""

    form_class = ModuleForm

    def take(self, values: dict[str, Any]) -> Done:
        """Change the words."""
        describe_module(module=self.module, **values)
        return Done(_("Saved."), self.back(), answer=values)


class ModuleMoveView(ModuleStepView):
    """Another place in the course."""

    form_class = PlaceForm

    def take(self, values: dict[str, Any]) -> Done:
        """Move the module."""
        place = move_module(module=self.module, place=values["place"])
        words = _("Moved the module “%(title)s” to place %(place)s.")
        words %= {"title": self.module.title, "place": place + 1}
        return Done(words, self.back(), answer={"place": place})


class ModuleDeleteView(ModuleStepView):
    """Into the trash, with everything in it; twice is once."""

    modules = Module.everything

    def take(self, values: dict[str, Any]) -> Done:
        """Delete the module so that it can be taken back."""
        trash_module(module=self.module, by=self.instructor)
        return Done(
            _("Deleted the module “%(title)s”.") % {"title": self.module.title},
            outline_url(self.course),
            undo=reverse("module_restore", args=[self.module.pk]),
        )
