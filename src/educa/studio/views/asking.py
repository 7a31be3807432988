"""Steps about which a page asks first."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from educa.studio.views.steps import StepView


class AskingStepView(StepView, TemplateResponseMixin, ContextMixin, View):
    """A step that a browser asks for with GET and confirms with POST."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page that says what would happen."""
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how long the trash keeps things, in days."""
        return super().get_context_data(days=settings.EDUCA_TRASH_DAYS, **kwargs)
