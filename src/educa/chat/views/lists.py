"""Messages on top of a room."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from educa.chat import log
from educa.chat.frames import message_frame
from educa.chat.views.mixins import RoomView


class PinnedListView(RoomView):
    """What stays on top of the room."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """The messages, the one that was pinned last first."""
        rows = log.pinned_in(self.readable())
        return JsonResponse({"messages": [message_frame(message) for message in rows]})
