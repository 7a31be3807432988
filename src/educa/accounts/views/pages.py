"""What the pages about accounts have in common."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

hide_password = method_decorator(sensitive_post_parameters("password"))


class FormPageMixin:
    """A form is looked at and posted; Django's views would also take a PUT, without reading it."""

    http_method_names: Sequence[str] = ("get", "head", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse first: allauth answers some requests before it looks at their method."""
        if (request.method or "").lower() not in self.http_method_names:
            return HttpResponseNotAllowed([name.upper() for name in self.http_method_names])
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response
