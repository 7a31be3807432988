"""Pictures and files that are pasted or dropped into a text."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.courses import tus
from educa.courses.actions.attaching import attach
from educa.courses.models import Attachment
from educa.lib.renditions import size_of
from educa.studio.forms.writing import AttachmentForm
from educa.studio.views.mixins import CourseMixin
from educa.studio.views.steps import wants_json
from educa.studio.views.uploads import refusal


class AttachmentCreateView(CourseMixin, View):
    """Puts one file beside the contents of the course.

    Scripts get JSON: 201 `{"url", "name", "media_type", "width", "height", "markdown", "delete"}`, or
    `{"errors"}` with 400, 413 for what is too much or 415 for what is no such file. Width and height, in
    pixels, are those of pictures whose size is known; `delete` takes the file back when it is posted to.
    """

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Judge the file and keep it."""
        form = AttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.refuse(form.errors.as_data()["file"][0])
        try:
            attachment = attach(course=self.course, file=form.cleaned_data["file"])
        except ValidationError as error:
            return self.refuse(error)
        if wants_json(request):
            return JsonResponse(as_dict(attachment), status=201)
        messages.success(request, _("Added “%(name)s”.") % {"name": attachment.name})
        return redirect("course_attachment_list", self.course.pk)

    def refuse(self, error: ValidationError) -> HttpResponse:
        """Say why the file is not taken."""
        if wants_json(self.request):
            return refusal(tus.refusal_of(error))
        messages.error(self.request, " ".join(error.messages))
        return redirect("course_attachment_list", self.course.pk)


def as_dict(attachment: Attachment) -> dict[str, object]:
    """What a text needs to know of the file, and the Markdown that shows a picture or links to another file."""
    size, url = size_of(str(attachment.file.name)), attachment.get_absolute_url()
    is_picture = attachment.media_type.startswith("image/")
    return {
        "url": url,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "width": size.width if size else None,
        "height": size.height if size else None,
        "delete": reverse("attachment_delete", args=[attachment.pk]),
        "markdown": f"![]({url})" if is_picture else f"[{escaped(attachment.name)}]({url})",
    }


def escaped(name: str) -> str:
    """A name as the words of a link in Markdown."""
    return "".join(f"\\{letter}" if letter in "\\[]*_`<>$~&" else letter for letter in name)
