"""Steps: what an instructor does with one press, posted by a form or by a script.

A browser gets a redirect to a page that says what happened, a script the same in JSON. A form may name
the page to go on with as `next`.
"""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from educa.courses.actions import OutlineChanged
from educa.lib.onward import onward
from educa.studio.views.mixins import InstructorRequiredMixin

JSON = "application/json"


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which does not name HTML among what it takes."""
    return request.get_preferred_type(["text/html", JSON]) == JSON


@dataclass
class Done:
    """A step that was taken: the words that say so, the page to go on with, and what scripts get besides.

    `undo` is the address that takes the step back when it is posted to.
    """

    message: str
    to: str
    undo: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


class StepView(InstructorRequiredMixin):
    """A step. Subclasses give the form, and `take`, which takes the step with the form's values.

    JSON answers: 200 `{"message", "undo", ...}`, 400 `{"errors": {field: [words]}}`, 409
    `{"errors": {"__all__": [words]}}` when the outline is not what it was.
    """

    form_class: type[forms.Form] = forms.Form
    http_method_names = ["post", "options"]

    def take(self, values: dict[str, Any]) -> Done:
        """Take the step. Raises ValidationError or OutlineChanged when it can't be taken."""
        raise NotImplementedError

    def back(self) -> str:
        """The page to go on with when the step was not taken."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check what came, take the step, say what happened."""
        form = self.form_class(request.POST, request.FILES)
        if not form.is_valid():
            return self._refuse(dict(form.errors), 400)
        try:
            done = self.take(form.cleaned_data)
        except ValidationError as error:
            return self._refuse({"__all__": error.messages}, 400)
        except ObjectDoesNotExist:
            raise Http404 from None  # somebody else has deleted it for good meanwhile
        except OutlineChanged:
            words = _("Somebody else has changed this course meanwhile. Reload the page to see it.")
            return self._refuse({"__all__": [words]}, 409)
        if wants_json(request):
            return JsonResponse({"message": done.message, "undo": done.undo, **done.answer})
        messages.success(request, done.message, extra_tags=f"undo:{done.undo}" if done.undo else "")
        return redirect(onward(request, done.to))

    def _refuse(self, errors: dict[str, Any], status: int) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"errors": errors}, status=status)
        for words in errors.values():
            messages.error(self.request, " ".join(map(str, words)))
        return redirect(onward(self.request, self.back()))
