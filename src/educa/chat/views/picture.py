"""Pictures in rooms, for who may read the message."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from educa.chat.forms import PictureForm
from educa.chat.models import Message
from educa.chat.views.mixins import RoomView
from educa.courses.media import Media, media_response
from educa.lib.renditions import renditions_of


class MessagePictureView(RoomView):
    """The picture of a message; with `width`, the smallest rendition that is so wide, if there is one."""

    def get(self, request: HttpRequest, course_id: int, sequence: int) -> HttpResponseBase:
        """The bytes. Raises Http404 for a message without one, as for one that is deleted."""
        width = self.asked(PictureForm)["width"]
        rows = self.readable().present().filter(sequence=sequence)
        message = rows.exclude(picture="").first()
        if message is None:
            raise Http404
        return media_response(request, picture_of(message, width))


def picture_of(message: Message, width: int | None) -> Media:
    """The stored file that is shown at this width in pixels."""
    name = str(message.picture.name)
    whole = Media(name, f"{message.sequence}.{name.rpartition('.')[2]}")
    fitting = [file for wide, file in renditions_of(name).items() if width and wide >= width]
    if not fitting:
        return whole
    return Media(fitting[0], f"{message.sequence}.webp", original=whole)
