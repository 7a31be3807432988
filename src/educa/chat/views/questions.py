"""The questions at a content: the page of them, asking and replying, and searching them."""

import uuid
from http import HTTPStatus
from itertools import chain
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.generic import ListView

from educa.accounts.models import User
from educa.accounts.sessions import Asked
from educa.chat.actions import reply_and_answer, send
from educa.chat.frames import message_frame
from educa.chat.log import framed
from educa.chat.models import Message, Room
from educa.chat.question_forms import PlaceForm, QuestionForm
from educa.chat.questions import (
    AT_ONCE,
    MOST_REPLIES,
    found_in,
    questions_at,
    search_questions,
    similar,
    threads_of,
)
from educa.chat.refusals import MALFORMED, Refused
from educa.chat.views.mixins import RoomView
from educa.courses.models import Content, Course
from educa.lib.folding import LONGEST_QUERY, query_for
from educa.lib.keys import BIGGEST_KEY, key_in
from educa.students.views.player import PART, CourseReaderView


class QuestionView(CourseReaderView):
    """A view of the questions in a course that the person may read."""

    @classmethod
    def asked_with_session(cls, *, course_id: int, **kwargs: int) -> Asked | None:  # type: ignore[override]
        return super().asked_with_session(course_id, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if kwargs["course_id"] > BIGGEST_KEY:
            raise Http404
        return super().dispatch(request, *args, pk=kwargs["course_id"], **kwargs)

    @property
    def person(self) -> User:
        return cast("User", self.request.user)


class ContentQuestionsView(QuestionView):
    """The questions at one content, the newest first, or those at one paragraph; and a form to ask there.

    With the header `X-Educa-Part: questions` the questions alone. What is refused stays in its field.
    """

    def get(self, request: HttpRequest, content_id: int, **_kwargs: Any) -> HttpResponse:
        return self._page(self._content(content_id), PlaceForm(request.GET).found)

    def post(self, request: HttpRequest, content_id: int, **_kwargs: Any) -> HttpResponse:
        content = self._content(content_id)
        form = QuestionForm(request.POST)
        try:
            message = self._send(form, content)
        except Refused as refused:
            return self._refuse(refused, form, content)
        if self._is_script():
            return JsonResponse({"sequence": message.sequence}, status=HTTPStatus.CREATED)
        question = message.question or message
        words = _("Your reply is sent.") if message.reply_to_id else _("Your question is asked.")
        messages.success(request, words)
        return redirect(f"{self._address(content)}#question-{question.sequence}")

    def _content(self, key: int) -> Content:
        """Raises Http404 for a content that is not there, or in the trash."""
        rows = Content.objects.filter(module__course=self.course, pk=min(key, BIGGEST_KEY))
        return get_object_or_404(rows.select_related("module", "content_type"))

    def _send(self, form: QuestionForm, content: Content) -> Message:
        """Raises Refused."""
        if not form.is_valid():
            raise Refused(MALFORMED)
        draft = form.draft(content.pk)
        if draft.reply_to and form.cleaned_data["answers"]:
            return reply_and_answer(
                person=self.person, course=self.course.pk, question=draft.reply_to, draft=draft
            )
        return send(author=self.person, course=self.course.pk, draft=draft).message

    def _refuse(self, refused: Refused, form: QuestionForm, content: Content) -> HttpResponse:
        if self._is_script():
            said = {
                "code": refused.code,
                "message": refused.words,
                "retry_after": refused.retry_after,
            }
            return JsonResponse({"error": said}, status=refused.status)
        known = form.cleaned_data
        place = {name: known.get(name) for name in ("paragraph", "second")}
        more = {
            "error": refused.words,
            "typed": known.get("message", ""),
            "typed_for": known.get("reply_to"),
            "client_id": known.get("client_id") or uuid.uuid4(),
        }
        return self._page(content, {"before": None, **place}, status=refused.status, **more)

    def _page(
        self, content: Content, place: dict[str, Any], status: int = 200, **more: Any
    ) -> HttpResponse:
        paragraph = place["paragraph"]
        rows = questions_at(self.person, content.pk).order_by("-sequence")
        if paragraph is not None:
            rows = rows.filter(paragraph=paragraph)
        if place["before"]:
            rows = rows.filter(sequence__lt=place["before"])
        teaches = self.course.is_taught
        threads = threads_of(rows[: AT_ONCE + 1], self.person, teaches=teaches)
        room = Room.objects.filter(course=self.course).first()
        context = {
            "course": self.course,
            "content": content,
            "title": str(content),
            "content_url": reverse("student_content_detail", args=[self.course.pk, content.pk]),
            "questions_url": self._address(content),
            "threads": threads[:AT_ONCE],
            "older": threads[AT_ONCE - 1].question.sequence if len(threads) > AT_ONCE else None,
            "paragraph": paragraph,
            "second": place["second"],
            "teaches": teaches,
            "is_closed": room is not None and room.is_closed and not teaches,
            "client_id": uuid.uuid4(),
            "most_characters": settings.EDUCA_CHAT_LENGTH,
        }
        is_part = self.request.headers.get(PART) == "questions"
        template = "chat/question/part.html" if is_part else "chat/question/page.html"
        response = render(self.request, template, {**context, **more}, status=status)
        patch_vary_headers(response, [PART, "Accept"])
        return response

    def _address(self, content: Content) -> str:
        return reverse("chat:content_questions", args=[self.course.pk, content.pk])

    def _is_script(self) -> bool:
        return self.request.get_preferred_type(["text/html", "application/json"]) != "text/html"


class QuestionListView(RoomView):
    """What is offered to somebody who types a question: others of the course, with their threads, as JSON."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        asked = PlaceForm(request.GET).found
        found = similar(
            self.person,
            course_id,
            asked["content"] or 0,
            asked["q"] or "",
            paragraph=asked["paragraph"],
            second=asked["second"],
        )
        return JsonResponse({"questions": _frames(found)})


def _frames(questions: list[Message]) -> list[dict[str, Any]]:
    """With the first replies and, wherever in the room it was given, the answer."""
    replies = Message.objects.present().to_be_shown().order_by("sequence")[:MOST_REPLIES]
    prefetch_related_objects(questions, Prefetch("thread", replies, to_attr="shown_replies"))
    threads = [_thread(question) for question in questions]
    prefetch_related_objects([*questions, *chain.from_iterable(threads)], *framed())
    return [
        {**message_frame(question), "thread": [message_frame(each) for each in thread]}
        for question, thread in zip(questions, threads, strict=True)
    ]


def _thread(question: Message) -> list[Message]:
    replies: list[Message] = question.shown_replies  # type: ignore[attr-defined] # the prefetch puts it there
    is_apart = question.answer is not None and question.answer not in replies
    return [*replies, question.answer] if is_apart and question.answer else replies


class QuestionSearchView(LoginRequiredMixin, ListView[Message]):
    """The questions of all courses that the person may read, or of one, that have some words."""

    template_name = "chat/question/search.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Message]:
        """Raises Http404 for a course that the person may not read."""
        self.text = self.request.GET.get("q", "").strip()[:LONGEST_QUERY]
        self.query = query_for(self.text)
        self.course: Course | None = None
        if key := key_in(self.request.GET.get("course", "")):
            readable = Course.objects.readable_by(self.request.user)
            self.course = get_object_or_404(readable, pk=key)
        course = self.course.pk if self.course else None
        return search_questions(self.request.user, self.query, course)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return {
            **context,
            "hits": found_in(page.object_list, self.query),
            "query": self.text,
            "course": self.course,
            "total": page.paginator.count,
        }
