"""The player: the pages on which a course is read, and what they report of the reader."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.accounts.sessions import Asked
from educa.courses.models import Content, Course
from educa.courses.permissions import can_edit
from educa.lib.keys import key_in
from educa.students.events import MOST_BYTES, BadEvent, Event, event_in_form, event_in_json
from educa.students.models import Completion, Enrollment
from educa.students.outline import new_since_completed, progress_of
from educa.students.progressing import complete_course, note_event, note_opening
from educa.students.reader import Reader, asked_with_session, reader_of
from educa.students.reading import Lesson, Reading, entries_in_module, lesson_of, reading_of

JSON = "application/json"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
PERSON = "X-Educa-User"  # whom a script reports of: somebody else may have signed in meanwhile
PART, PREFETCH = "X-Educa-Part", "X-Educa-Prefetch"


class CourseReaderView(LoginRequiredMixin, View):
    """A view of a course's contents: `course` may be read, and `enrollment` is that of a student in it.

    `reader` holds both, and what was read with them.

    403 with the way in for a course that the person may know of but not read; else 404.
    """

    reader: Reader
    course: Course
    enrollment: Enrollment | None = None

    @classmethod
    def asked_with_session(
        cls, pk: int, content_id: int | None = None, **_others: int
    ) -> Asked | None:
        """Who reads, so that it takes no statement of its own."""
        return asked_with_session(pk, content_id)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        found = getattr(request.session, "found", None)
        reader = reader_of(request.user, kwargs["pk"], kwargs.get("content_id"), found=found)
        if reader is None:
            known = get_object_or_404(Course.objects.visible_to(request.user), pk=kwargs["pk"])
            return render(request, "students/course/closed.html", {"course": known}, status=403)
        self.reader, self.course, self.enrollment = reader, reader.course, reader.enrollment
        return super().dispatch(request, *args, **kwargs)


class StudentCourseDetailView(CourseReaderView):
    """One content of a course, with the outline beside it: the one asked for, or where one left off.

    With the header `X-Educa-Part: lesson` the content alone. A page that is asked for before somebody wants
    to read it leaves no trace.
    """

    def get(
        self,
        request: HttpRequest,
        pk: int,
        module_id: int | None = None,
        content_id: int | None = None,
    ) -> HttpResponse:
        if wanted := request.GET.get("content"):
            return self._redirect(module_id, key_in(wanted))
        if content_id is not None and request.headers.get(PART) == "lesson":
            return self._lesson(content_id)
        reading = reading_of(self.reader, module=module_id, content=content_id)
        if reading is None:
            raise Http404
        self._note(reading.lesson, is_complete=reading.progress.is_complete)
        return self._answer("students/course/detail.html", reading.lesson, self._around(reading))

    def _redirect(self, module: int | None, content: int) -> HttpResponse:
        """The address by which texts led to contents once."""
        rows = Content.objects.shown().filter(module__course=self.course, pk=content)
        rows = rows.filter(module=module) if module else rows
        if not rows.exists():
            raise Http404
        return redirect("student_content_detail", self.course.pk, content)

    def _lesson(self, content: int) -> HttpResponse:
        lesson = lesson_of(self.reader, content)
        if lesson is None:
            raise Http404
        self._note(lesson)
        return self._answer("students/course/part.html", lesson, {})

    def _note(self, lesson: Lesson | None, *, is_complete: bool = False) -> None:
        headers = self.request.headers
        is_early = "prefetch" in headers.get("Sec-Purpose", "") or headers.get(PREFETCH) == "1"
        if self.enrollment is None or is_early or self.request.method != "GET":
            return
        if lesson:
            note_opening(self.enrollment, lesson.content.pk)
        if is_complete:
            complete_course(self.enrollment)

    def _around(self, reading: Reading) -> dict[str, Any]:
        enrollment, new = self.enrollment, 0
        if enrollment and enrollment.completed_at and not reading.progress.is_complete:
            new = new_since_completed(self.course, enrollment)
        return {
            "reading": reading,
            "progress": reading.progress.figures(),
            "new": new,
        }

    def _answer(self, template: str, lesson: Lesson | None, more: dict[str, Any]) -> HttpResponse:
        context = {
            "course": self.course,
            "enrollment": self.enrollment,
            "is_preview": self.course.is_taught,
            "can_edit": self.course.is_taught and can_edit(self.request.user, self.course),
            "content": lesson.content if lesson else None,
            "lesson": lesson,
            "item": lesson.item if lesson else None,
            "previous": lesson.previous if lesson else None,
            "next": lesson.next if lesson else None,
        }
        response = render(self.request, template, context | more)
        patch_vary_headers(response, [PART])
        return response


class ContentProgressView(CourseReaderView):
    """Takes in what happened with a content; JSON is answered with JSON, a form with the page again.

    But for 403 and 404, which are answered as everywhere on the site.

    Only from students: who teaches the course, or looks after it, has no progress there.
    """

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int, content_id: int) -> HttpResponse:
        rows = Content.objects.shown().filter(module__course=self.course)
        content = get_object_or_404(rows, pk=content_id)
        if self.enrollment is None:
            raise Http404
        if request.headers.get(PERSON, str(request.user.pk)) != str(request.user.pk):
            words = _("Somebody else is signed in.")
            return _refusal("somebody-else", words, HTTPStatus.CONFLICT)
        try:
            event = self._event()
        except BadEvent as fault:
            if request.content_type in FORMS:  # from a page without scripts
                raise BadRequest(str(fault.words)) from fault
            return _refusal("malformed", str(fault.words), fault.status)
        try:
            enrollment = note_event(enrollment=self.enrollment, content=content, event=event)
        except IntegrityError as gone:  # somebody has deleted the content for good meanwhile
            raise Http404 from gone
        if enrollment is None:
            raise Http404
        if request.content_type == JSON:
            return self._figures(enrollment, content)
        if enrollment.completed_at and not self.enrollment.completed_at:
            messages.success(request, _("You have completed this course."))
        place = reverse("student_content_detail", args=[self.course.pk, content.pk])
        return redirect(f"{place}#done")

    def _event(self) -> Event:
        if self.request.content_type == JSON:
            # Not `request.body`, which would take in as much as the site's longest form may have.
            return event_in_json(self.request.read(MOST_BYTES + 1))
        if self.request.content_type not in FORMS:
            words = _("Send the event as %(type)s.") % {"type": JSON}
            raise BadEvent(words, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return event_in_form(self.request.POST)

    def _figures(self, enrollment: Enrollment, content: Content) -> JsonResponse:
        progress = progress_of(enrollment)
        is_done = Completion.objects.filter(enrollment=enrollment, content=content).exists()
        completed = enrollment.completed_at
        return JsonResponse(
            {
                "done": is_done,
                "progress": progress.figures(),
                "completed_at": completed.isoformat() if completed else None,
            }
        )


class ModuleOutlineView(CourseReaderView):
    """The contents of one module as the outline lists them, for courses too long to list them all."""

    def get(self, request: HttpRequest, pk: int, module_id: int) -> HttpResponse:
        entries = entries_in_module(self.course, self.enrollment, module_id)
        if entries is None:
            raise Http404
        return render(request, "students/course/outline_contents.html", {"entries": entries})


def _refusal(code: str, words: str, status: int) -> JsonResponse:
    """Why nothing is noted, as the room of a course says such, too."""
    return JsonResponse({"error": {"code": code, "message": words}}, status=status)
