"""The editor in which a course is built: its modules and contents in order, each step saved at once."""

from typing import Any

from django.core.exceptions import BadRequest
from django.views.generic import TemplateView

from educa.studio.forms.outline import StartForm
from educa.studio.outline import page_of, row_of
from educa.studio.views.mixins import CourseMixin, ModuleMixin


class CourseOutlineView(CourseMixin, TemplateView):
    """The outline: of a course with very many modules a page, by its number or by a module on it."""

    template_name = "studio/outline/page.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the modules of the page."""
        number, module = (self.request.GET.get(name, "") for name in ("page", "module"))
        page = page_of(self.course, number, module)
        return super().get_context_data(tab="outline", page=page, **kwargs)


class ModuleOutlineView(ModuleMixin, TemplateView):
    """The contents of one module as a piece of that page, for the script that shows them."""

    template_name = "studio/outline/contents.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the row of the module. Raises BadRequest for contents from no place."""
        form = StartForm(self.request.GET)
        if not form.is_valid():
            raise BadRequest(form.errors)
        row = row_of(self.module, form.cleaned_data["start"] or 0)
        return super().get_context_data(row=row, **kwargs)
