"""The room as a page, and as the part of it that the player shows beside a lesson."""

import uuid
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from educa.accounts.models import User
from educa.accounts.sessions import Asked
from educa.chat.actions import Draft, send
from educa.chat.models import Message
from educa.chat.refusals import Refused
from educa.chat.showing import showing_of
from educa.lib.keys import key_in
from educa.students.views.player import PART, CourseReaderView


class CourseChatRoomView(CourseReaderView):
    """The room of a course: its last messages, or those before a number, and a form that posts without scripts.

    With the header `X-Educa-Part: chat` the room alone. The page brings the id of the message that its form will
    send, so that pressing twice sends one message.
    """

    @classmethod
    def asked_with_session(cls, *, course_id: int) -> Asked | None:  # type: ignore[override]
        return super().asked_with_session(course_id)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, pk=kwargs["course_id"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(reply_to=_number(request.GET.get("reply_to", "")))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = cast("User", request.user)
        draft = Draft(
            client_id=_uuid(request.POST.get("client_id", "")),
            body=request.POST.get("message", ""),
            picture=request.FILES.get("picture"),
            reply_to=_number(request.POST.get("reply_to", "")),
        )
        try:
            message = send(author=person, course=pk, draft=draft).message
        except Refused as refused:
            return self._page(
                status=refused.status,
                error=refused.words,
                draft=draft,
                reply_to=draft.reply_to,
            )
        place = reverse("chat:course_chat_room", args=[pk])
        return redirect(f"{place}#m{message.sequence}")

    def _page(
        self, *, status: int = 200, reply_to: int | None = None, **context: Any
    ) -> HttpResponse:
        is_part = self.request.headers.get(PART) == "chat"
        showing = showing_of(
            self.course,
            cast("User", self.request.user),
            before=_number(self.request.GET.get("before", "")),
            is_instructor=self.course.is_taught,
        )
        context |= {
            "course": self.course,
            "showing": showing,
            "room": showing.room,
            "client_id": uuid.uuid4(),
            "is_part": is_part,
            "answered": self._answered(reply_to),
        }
        template = "chat/part.html" if is_part else "chat/room.html"
        response = render(self.request, template, context, status=status)
        patch_vary_headers(response, [PART])
        return response

    def _answered(self, sequence: int | None) -> Message | None:
        """The message to which the form replies."""
        if sequence is None:
            return None
        rows = Message.objects.readable_by(self.request.user).present().select_related("author")
        return rows.filter(room=self.course.pk, sequence=sequence).first()


def _number(text: str) -> int | None:
    return key_in(text) or None if text else None


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
