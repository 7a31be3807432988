"""Renaming, moving and deleting a content, whatever its kind."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.courses.actions import move_content, rename_content, trash_content
from educa.courses.models import Content, Module
from educa.studio.forms.outline import ContentPlaceForm, ContentTitleForm
from educa.studio.views.mixins import ContentMixin
from educa.studio.views.steps import Done, StepView


class ContentStepView(ContentMixin, StepView, View):
    """A step with one content, which leads back to its module."""

    def back(self) -> str:
        """The page of the module, at the content."""
        page = reverse("module_content_list", args=[self.module.pk])
        return f"{page}?content={self.content.pk}#content-{self.content.pk}"


class ContentRenameView(ContentStepView):
    """Another title."""

    form_class = ContentTitleForm

    def take(self, values: dict[str, Any]) -> Done:
        """Rename the item."""
        rename_content(content=self.content, title=values["title"], author=self.instructor)
        return Done(_("Saved."), self.back(), answer=values)


class ContentMoveView(ContentStepView):
    """Another place in its module, or a place in another module of the course."""

    form_class = ContentPlaceForm

    def take(self, values: dict[str, Any]) -> Done:
        """Move the content. Raises Http404 for a module of another course."""
        if key := values["module"]:
            rows = Module.objects.filter(course=self.course)
            self.module = get_object_or_404(rows, pk=key)
        place = move_content(content=self.content, module=self.module, place=values["place"])
        words = _("Moved “%(title)s” to place %(place)s of the module “%(module)s”.")
        words %= {"title": self.content, "place": place + 1, "module": self.module.title}
        return Done(words, self.back(), answer={"place": place, "module": self.module.pk})


class ContentDeleteView(ContentStepView):
    """Into the trash; twice is once."""

    contents = Content.everything

    def take(self, values: dict[str, Any]) -> Done:
        """Delete the content so that it can be taken back."""
        trash_content(content=self.content, by=self.instructor)
        return Done(
            _("Deleted “%(title)s”.") % {"title": self.content},
            reverse("module_content_list", args=[self.module.pk]),
            undo=reverse("content_restore", args=[self.content.pk]),
        )
