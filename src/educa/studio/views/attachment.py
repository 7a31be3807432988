"""The files of a course that are no contents of their own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView, View

from educa.courses.actions.attaching import delete_attachment
from educa.courses.models import Attachment
from educa.studio.forms.attachment import DeleteAttachmentForm
from educa.studio.mentions import mentions_of
from educa.studio.views.mixins import CourseMixin
from educa.studio.views.steps import Done, StepView


class AttachmentListView(CourseMixin, ListView[Attachment]):
    """The files, with the places that use each of them."""

    template_name = "studio/attachment/list.html"
    context_object_name = "attachments"
    paginate_by = 50
    http_method_names = ["get", "head", "options"]
    extra_context = {"tab": "files"}

    def get_queryset(self) -> QuerySet[Attachment]:
        """Those of the course."""
        return Attachment.objects.filter(course=self.course)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the files take up together, and where those on this page are used."""
        context = super().get_context_data(**kwargs)
        mentions = mentions_of(context["attachments"], self.course)
        size = self.get_queryset().aggregate(size=Sum("size", default=0))["size"]
        return context | {
            "rows": [(each, mentions.get(each, [])) for each in context["attachments"]],
            "size": size,
        }


class AttachmentDeleteView(StepView, View):
    """Away for good: files have no trash. One that is in use goes only if the person says so."""

    form_class = DeleteAttachmentForm
    attachment: Attachment

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the file. Raises Http404."""
        if self.has_permission():
            rows = Attachment.objects.editable_by(request.user).select_related("course")
            self.attachment = get_object_or_404(rows, pk=kwargs["id"])
        return super().dispatch(request, *args, **kwargs)

    def take(self, values: dict[str, Any]) -> Done:
        """Delete the file. Raises ValidationError while it is in use."""
        if not values["even_if_used"]:
            self._refuse_if_used()
        delete_attachment(attachment=self.attachment)
        return Done(_("Deleted “%(name)s”.") % {"name": self.attachment.name}, self.back())

    def back(self) -> str:
        """The files of the course."""
        return reverse("course_attachment_list", args=[self.attachment.course_id])

    def _refuse_if_used(self) -> None:
        course = self.attachment.course
        number = len(mentions_of([self.attachment], course).get(self.attachment, []))
        if number:
            words = ngettext(
                "“%(name)s” is used in %(number)s place. Tick the box to delete it all the same.",
                "“%(name)s” is used in %(number)s places. Tick the box to delete it all the same.",
                number,
            )
            raise ValidationError(
                words, code="used", params={"name": self.attachment.name, "number": number}
            )
