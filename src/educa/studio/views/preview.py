"""What a text looks like to a reader, while it is written."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.generic import View

from educa.courses.models import Text
from educa.lib.throttle import Limit
from educa.studio.forms.writing import PreviewForm
from educa.studio.views.mixins import InstructorRequiredMixin, ModuleMixin
from educa.studio.views.steps import wants_json

PREVIEWS = Limit("previews", amount=300, seconds=60)
"""By person: somebody who types without a pause causes two or three a second at most.

A long text counts several times, as it takes longer: see `CHARACTERS`."""

CHARACTERS = 50_000  # that count as one preview; they take some 0.15 s to render


class PreviewView(InstructorRequiredMixin, View):
    """Shows any text with the renderer that readers' pages have; nothing of it is kept.

    Scripts get JSON: 200 `{"html"}`, 400 or 413 `{"errors"}`; a browser gets a page.
    """

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Render what was sent."""
        form = PreviewForm(request.POST)
        if not form.is_valid():
            status = 413 if form.has_error("content", "max_length") else 400
            return JsonResponse({"errors": form.errors}, status=status)
        for _ in range(1 + len(form.cleaned_data["content"]) // CHARACTERS):
            PREVIEWS.spend(str(request.user.pk))
        html = Text(**form.cleaned_data).html
        if wants_json(request):
            return JsonResponse({"html": html})
        return render(request, "studio/writing/preview.html", {"html": html, "view": self})


class TextPreviewView(ModuleMixin, PreviewView):
    """For the texts of a module."""
