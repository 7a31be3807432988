"""Texts, reached through the module that they stand in."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from educa.courses.models import Text
from educa.studio.views.mixins import ModuleMixin


class TextMixin(ModuleMixin):
    """For pages and steps below a text of the module, whose key is `id` in the path: `self.text`."""

    @cached_property
    def text(self) -> Text:
        """The text. Raises Http404 for one that stands elsewhere, or in the trash."""
        rows = Text.objects.filter(contents__module=self.module, contents__trashed_at=None)
        return get_object_or_404(rows, pk=self.kwargs["id"])
