"""The captions of an uploaded video: one track for each language."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.courses.actions.attaching import add_captions, delete_captions
from educa.courses.models import CaptionTrack, Content, Video
from educa.studio.forms.captions import TAKEN, CaptionTrackForm
from educa.studio.forms.item import with_file_inputs
from educa.studio.views.content import ContentFormView
from educa.studio.views.steps import Done, StepView


class CaptionTrackCreateView(ContentFormView):
    """One more track; what is wrong with it is said on the page of the video."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the track, unless the form has errors."""
        self.object = self.get_object()
        deleted = self.content is None or self.content.trashed_at
        if deleted or not isinstance(self.object, Video) or not self.object.file:
            raise Http404
        track_form = CaptionTrackForm(request.POST, request.FILES, video=self.object)
        if not track_form.is_valid():
            return self.refuse(track_form)
        try:
            add_captions(track=track_form.instance, course=self.course)
        except IntegrityError:  # somebody was faster
            track_form.add_error("language", TAKEN)
            return self.refuse(track_form)
        messages.success(request, _("Captions added."))
        return redirect(f"{self.onward(self.object)}#captions")

    def refuse(self, track_form: CaptionTrackForm) -> HttpResponse:
        """The page of the video as it is saved, with the form of the track as it was sent."""
        form = with_file_inputs(self.kind.form(instance=self.object))
        context = self.get_context_data(form=form, caption_form=track_form)
        return self.render_to_response(context)


class CaptionTrackDeleteView(StepView, View):
    """Away for good: tracks have no trash."""

    track: CaptionTrack
    content: Content

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the track, by way of the content that its video stands in. Raises Http404."""
        if self.has_permission():
            contents = Content.objects.editable_by(request.user)
            rows = CaptionTrack.objects.filter(video__contents__in=contents).select_related("video")
            self.track = get_object_or_404(rows, pk=kwargs["id"])
            self.content = self.track.video.contents.select_related("module__course").get()
        return super().dispatch(request, *args, **kwargs)

    def take(self, values: dict[str, Any]) -> Done:
        """Delete the track."""
        delete_captions(track=self.track, course=self.content.module.course)
        return Done(_("Deleted the captions “%(label)s”.") % {"label": self.track}, self.back())

    def back(self) -> str:
        """The captions on the page of the video."""
        place = [self.content.module_id, "video", self.track.video_id]
        return f"{reverse('module_content_update', args=place)}#captions"
