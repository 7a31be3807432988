"""Messages that are looked for: those on top of a room, and the questions."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from educa.chat import log
from educa.chat.forms import QuestionsForm
from educa.chat.frames import message_frame
from educa.chat.views.mixins import RoomView


class PinnedListView(RoomView):
    """What stays on top of the room."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """The messages, the one that was pinned last first."""
        rows = log.pinned_in(self.readable())
        return JsonResponse({"messages": [message_frame(message) for message in rows]})


class QuestionListView(RoomView):
    """Questions that were asked at a content, or anywhere in the course, with what was said to them."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """The newest first; with `q`, those in which every word of it is."""
        asked = self.asked(QuestionsForm)
        rows = log.questions_in(self.readable(), content=asked["content"], text=asked["q"])
        questions = [
            {**message_frame(question), "thread": [message_frame(reply) for reply in thread]}
            for question, thread in rows
        ]
        return JsonResponse({"questions": questions})
