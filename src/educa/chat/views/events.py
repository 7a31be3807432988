"""The log for who has no socket, and how far somebody has read."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse

from educa.chat import log
from educa.chat.forms import EventsForm, ReadForm
from educa.chat.frames import frame_of
from educa.chat.models import ReadMark
from educa.chat.unread import NOTHING, unread_in
from educa.chat.views.mixins import RoomView


class EventListView(RoomView):
    """What happened after a number; `limited` says that pages are to be loaded instead."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Up to 200 events, in order."""
        asked = self.asked(EventsForm)
        is_limited = self._is_limited(asked["after"], asked["epoch"])
        events = [] if is_limited else log.events_after(course_id, asked["after"])
        last = events[-1].sequence if events else 0
        return JsonResponse(
            {
                "events": [frame_of(event) for event in events],
                "more": 0 < last < self.room.last_sequence,
                "limited": is_limited,
                "head": max(last, self.room.last_sequence),
                "epoch": str(self.room.epoch),
            }
        )

    def _is_limited(self, after: int, epoch: uuid.UUID | None) -> bool:
        is_other = epoch is not None and epoch != self.room.epoch
        return is_other or log.is_out_of_reach(self.room, after)


class ReadView(RoomView):
    """How far this person has read, and how much they have not."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """How many messages are unread, as it is shown, and whether one of them names this person."""
        unread = unread_in(self.person, [course_id]).get(course_id, NOTHING)
        shown = unread.shown if unread.messages else ""
        return JsonResponse({"unread": shown, "is_mentioned": unread.is_mentioned})

    def post(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Move the mark; it never goes back."""
        sequence = self.posted(ReadForm)["sequence"]
        ReadMark.objects.move(self.person, self.room, sequence)
        return self.done()
