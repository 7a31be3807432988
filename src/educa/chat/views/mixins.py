"""A room that whoever asks may enter, and how refusals are told."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.generic import View

from educa.accounts.models import User
from educa.chat.models import Message, Room
from educa.chat.models.message import MessageQuerySet
from educa.chat.refusals import MALFORMED, NO_ROOM, SIGNED_OUT, SOMEBODY_ELSE, Refused
from educa.courses.models import Course
from educa.lib.keys import BIGGEST_KEY
from educa.lib.onward import onward

PAGE, JSON = "text/html", "application/json"
PERSON = "X-Educa-User"  # for whom a script acts: somebody else may have signed in meanwhile


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer is for a program; `*/*` is answered as to a browser."""
    return request.get_preferred_type([PAGE, JSON]) == JSON


def error(refused: Refused) -> JsonResponse:
    """A refusal as programs get it."""
    said = {"code": refused.code, "message": refused.words, "retry_after": refused.retry_after}
    answer = JsonResponse({"error": said}, status=refused.status)
    if refused.retry_after is not None:
        answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


class RoomView(View):
    """A view in a room: `course` with `is_taught`, its `room`, and the `person` who asks.

    A Refused that a method raises becomes the answer. Who is not signed in is sent to sign in, and who may
    not enter the room does not learn that it exists (404); programs get JSON.
    """

    course: Course
    room: Room
    person: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the room, then answer; what is answered is for this person alone."""
        try:
            if not request.user.is_authenticated:
                return self.sign_in()
            self.person = request.user
            if request.headers.get(PERSON, str(self.person.pk)) != str(self.person.pk):
                raise Refused(SOMEBODY_ELSE)  # noqa: TRY301 - as what the methods raise
            self.enter(kwargs["course_id"])
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            answer = self.refuse(refused)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(answer, ["Accept"])
        return answer

    def enter(self, course: int) -> None:
        """Raises Refused for a room that this person may not enter, as for one that there is not."""
        readable = Course.objects.readable_by(self.person).with_part_of(self.person)
        rows = readable.select_related("owner", "room")
        found = rows.filter(pk=course).first() if course <= BIGGEST_KEY else None
        if found is None:
            raise Refused(NO_ROOM)
        self.course = found
        self.room = found.room if hasattr(found, "room") else Room.objects.of(found)

    def sign_in(self) -> HttpResponse:
        """To a program 401; else the way to sign in, and back."""
        if wants_json(self.request):
            return error(Refused(SIGNED_OUT))
        is_page = self.request.method in {"GET", "HEAD"}
        return redirect_to_login(self.request.get_full_path() if is_page else self.address())

    def refuse(self, refused: Refused) -> HttpResponse:
        """Tell why; a plain form leads back to where it was. Raises Http404 where a page is missing."""
        if wants_json(self.request):
            return error(refused)
        if refused.code == NO_ROOM:
            raise Http404
        if self.request.method == "POST":
            messages.error(self.request, refused.words)
            return redirect(onward(self.request, self.address()))
        return error(refused)

    def done(self, frame: dict[str, Any] | None = None, *, words: str = "") -> HttpResponse:
        """Say that it is done: to a program what it shall know, else on the page that is led to."""
        if wants_json(self.request):
            return JsonResponse(frame or {})
        if words:
            messages.success(self.request, words)
        return redirect(onward(self.request, self.address()))

    def address(self) -> str:
        """Of the room's page."""
        return reverse("chat:course_chat_room", args=[self.kwargs["course_id"]])

    def asked(self, form: type[forms.Form]) -> dict[str, Any]:
        """What the address asks for. Raises Refused for what can't be understood."""
        return self.cleaned(form(self.request.GET))

    def posted(self, form: type[forms.Form]) -> dict[str, Any]:
        """What was posted. Raises Refused for what can't be understood."""
        return self.cleaned(form(self.request.POST, self.request.FILES))

    def cleaned(self, form: forms.Form) -> dict[str, Any]:
        """What is in a form. Raises Refused for what can't be understood."""
        if not form.is_valid():
            raise Refused(MALFORMED)
        return form.cleaned_data

    def readable(self) -> MessageQuerySet:
        """The messages of the room, while this person may read them."""
        return Message.objects.readable_by(self.person).filter(room=self.room)
