"""The page of a room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from educa.chat.views.mixins import RoomView


class CourseChatRoomView(RoomView):
    """The room of a course."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """The page, for who may enter the room."""
        return render(request, "chat/room.html", {"course": self.course, "room": self.room})
