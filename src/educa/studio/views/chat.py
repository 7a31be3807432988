"""The room of a course for those who keep order there: settings, reports, mutes, pins, and the record."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, TemplateView, View

from educa.accounts.models import User
from educa.chat.actions import (
    close_room,
    delete_reported,
    handle,
    mute,
    note_export,
    open_room,
    set_slow_mode,
    show_people,
    unmute,
    unpin,
)
from educa.chat.models import Act, Message, Mute, Report, Room
from educa.chat.models.room import courses_kept_by, keeps_all_rooms
from educa.courses.models import Course
from educa.courses.permissions import can_edit
from educa.studio.chat_export import as_lines, as_page
from educa.studio.forms.chat import DURATIONS, MuteForm, RoomForm
from educa.studio.moderation import reported, waiting_in
from educa.studio.views.mixins import InstructorRequiredMixin
from educa.studio.views.steps import Done, StepView

PAGE = 50
MOST_DIGITS = 18  # of a number that every database takes
EXPORTS: dict[str, tuple[Callable[[Course], Iterator[str]], str]] = {
    "jsonl": (as_lines, "application/jsonl; charset=utf-8"),
    "html": (as_page, "text/html; charset=utf-8"),
}


class RoomMixin(InstructorRequiredMixin):
    """For pages below a course in whose room the person keeps order: `self.course`, `self.room`."""

    course: Course
    room: Room

    def has_permission(self) -> bool:
        """Who looks after the site needs not teach."""
        return super().has_permission() or keeps_all_rooms(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the course. Raises Http404."""
        if self.has_permission():
            rows = courses_kept_by(request.user).select_related("subject", "owner", "room")
            self.course = get_object_or_404(rows, pk=kwargs["pk"])
            self.room = getattr(self.course, "room", None) or Room.objects.of(self.course)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `course`, `room`, and whether the other pages of the studio are not for this person."""
        return super().get_context_data(
            course=self.course,
            room=self.room,
            tab="chat",
            is_only_keeper=not can_edit(self.request.user, self.course),
            **kwargs,
        )


class CourseChatView(RoomMixin, TemplateView):
    """What waits, how the room is set, who is muted, what is pinned."""

    template_name = "studio/chat/now.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add reports that wait, the settings, a page of mutes, and pinned messages."""
        prefetch_related_objects([self.course], "co_instructors")  # asked for twice
        waiting = waiting_in(self.course)
        mutes = Mute.objects.filter(room=self.room).current().select_related("user")
        pinned = Message.objects.filter(room=self.room).present().exclude(pinned_at=None)
        return super().get_context_data(
            reported=reported(self.course),
            waiting=waiting,
            total_reported=waiting.reported,
            instructors={person.pk for person in self.course.instructors},
            form=RoomForm(room=self.room),
            durations=DURATIONS,
            page_obj=Paginator(mutes, PAGE).get_page(self.request.GET.get("page")),
            pinned=pinned.select_related("author").order_by("-pinned_at")[:PAGE],
            **kwargs,
        )


class OlderMixin(RoomMixin):
    """For lists with the newest first, which go on before a number."""

    def older(self, rows: "QuerySet[Any]", column: str) -> dict[str, Any]:
        """Add `rows` and, where there are older ones, `before`: by that column, which counts upward."""
        before = self.request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) <= MOST_DIGITS:
            rows = rows.filter(**{f"{column}__lt": int(before)})
        found = list(rows.order_by(f"-{column}")[: PAGE + 1])
        shown = found[:PAGE]
        last = getattr(shown[-1], column) if len(found) > PAGE else None
        return {"rows": shown, "before": last, "is_older": bool(before)}


class CourseChatReportsView(OlderMixin, TemplateView):
    """Reports that somebody has looked at."""

    template_name = "studio/chat/reports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add them, the newest first."""
        rows = Report.objects.filter(message__room=self.room).exclude(handled_at=None)
        people = rows.select_related("reporter", "handled_by", "message__author")
        return super().get_context_data(**self.older(people, "pk"), **kwargs)


class CourseChatRecordView(OlderMixin, TemplateView):
    """Who did what to keep order."""

    template_name = "studio/chat/record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the acts, the newest first."""
        rows = Act.objects.filter(room=self.room).select_related("actor", "person", "message")
        return super().get_context_data(**self.older(rows, "pk"), **kwargs)


class CourseChatEditsView(OlderMixin, TemplateView):
    """Messages that said something else before."""

    template_name = "studio/chat/edits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add them, the newest first."""
        rows = Message.objects.filter(room=self.room).present().exclude(edited_at=None)
        told = rows.select_related("author").prefetch_related("revisions")
        return super().get_context_data(**self.older(told, "sequence"), **kwargs)


class CourseChatMuteView(RoomMixin, FormView[MuteForm]):
    """Let somebody read and not write."""

    template_name = "studio/chat/mute.html"
    form_class = MuteForm
    http_method_names = ["get", "head", "post", "options"]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form needs to know the course."""
        return {**super().get_form_kwargs(), "course": self.course}

    def form_valid(self, form: MuteForm) -> HttpResponse:
        """Mute the person, unless they teach the course."""
        person = form.cleaned_data["person"]
        try:
            mute(
                person=self.instructor,
                course=self.course.pk,
                muted=person,
                minutes=form.cleaned_data["minutes"],
            )
        except ValidationError as error:
            form.add_error("person", error)
            return self.form_invalid(form)
        words = _("%(name)s is muted.")
        messages.success(self.request, words % {"name": person.shown_name})
        return redirect("course_chat", self.course.pk)


class RoomStepView(RoomMixin, StepView, View):
    """A step after which the page of the room is shown again."""

    def back(self) -> str:
        """What waits in the room."""
        return reverse("course_chat", args=[self.course.pk])


class CourseChatUnmuteView(RoomStepView):
    """Let somebody write again."""

    def take(self, values: dict[str, Any]) -> Done:
        """Take the mute away. Raises Http404 for who was never muted."""
        mutes = Mute.objects.filter(room=self.room).select_related("user")
        person: User = get_object_or_404(mutes, user=self.kwargs["user_id"]).user
        unmute(person=self.instructor, course=self.course.pk, muted=person)
        return Done(_("%(name)s can write again.") % {"name": person.shown_name}, self.back())


class CourseChatSettingsView(RoomStepView):
    """How the room is set."""

    form_class = RoomForm

    def take(self, values: dict[str, Any]) -> Done:
        """Change what is another than before."""
        room: dict[str, Any] = {"person": self.instructor, "course": self.course.pk}
        (close_room if values["is_closed"] else open_room)(**room)
        set_slow_mode(**room, seconds=values["slow_seconds"])
        show_people(**room, shows=values["shows_people"])
        return Done(_("The room is set."), self.back())


class CourseChatUnpinView(RoomStepView):
    """A message that does not stay on top any more."""

    def take(self, values: dict[str, Any]) -> Done:
        """Unpin it. Raises Refused for one that is gone."""
        unpin(person=self.instructor, course=self.course.pk, sequence=self.kwargs["sequence"])
        return Done(_("The message is not pinned any more."), self.back())


class ReportedStepView(RoomStepView):
    """A step with a message that was reported."""

    def check_reported(self) -> int:
        """The number of the message. Raises Http404 for one that nobody reported."""
        number: int = self.kwargs["sequence"]
        if not Report.objects.filter(message__room=self.room, message__sequence=number).exists():
            raise Http404
        return number


class CourseChatHandleView(ReportedStepView):
    """Looked at."""

    def take(self, values: dict[str, Any]) -> Done:
        """Answer all reports of the message that wait."""
        room: dict[str, Any] = {"person": self.instructor, "course": self.course.pk}
        number = handle(**room, sequence=self.check_reported())
        words = ngettext(
            "%(number)d report is looked at.", "%(number)d reports are looked at.", number
        )
        return Done(words % {"number": number}, self.back())


class CourseChatDeleteView(ReportedStepView):
    """A reported message that has to go."""

    def take(self, values: dict[str, Any]) -> Done:
        """Delete it, which answers its reports."""
        room: dict[str, Any] = {"person": self.instructor, "course": self.course.pk}
        delete_reported(**room, sequence=self.check_reported())
        return Done(_("The message is deleted, and its reports are looked at."), self.back())


class CourseChatExportView(RoomMixin, View):
    """All that is said in the room, as a file; the record tells that somebody took it."""

    def get(self, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """The file, as it is made."""
        write, media_type = EXPORTS[self.kwargs["ending"]]
        if self.request.method == "GET":
            note_export(person=self.instructor, course=self.course.pk)
        parts = (part.encode() for part in write(self.course))
        response = StreamingHttpResponse(parts, content_type=media_type)
        name = f"{slugify(self.course.title) or 'room'}-chat.{self.kwargs['ending']}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
