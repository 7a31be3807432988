"""The queue: questions that students asked at contents, and wait for an answer."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from educa.chat.actions import Draft, reopen, reply_and_answer, settle
from educa.chat.models import Message
from educa.chat.questions import AT_ONCE, asked_in, threads_of, titles_of
from educa.chat.refusals import MALFORMED, Refused
from educa.courses.models import Course
from educa.lib.keys import BIGGEST_KEY, key_in
from educa.studio.views.mixins import CourseMixin, InstructorRequiredMixin
from educa.studio.views.steps import Done, StepView

OPEN, ANSWERED, ALL = "open", "answered", "all"


class AnswerForm(forms.Form):
    """An answer to the question with this number in the room of this course."""

    course = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    question = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    client_id = forms.UUIDField()
    message = forms.CharField(required=False, strip=False)


class QuestionQueueView(InstructorRequiredMixin, TemplateView):
    """The questions in all courses that the person teaches; those that wait begin with the oldest.

    What is posted is an answer. If it is refused, it stays in its field.
    """

    template_name = "studio/question/list.html"

    def courses(self) -> QuerySet[Course]:
        """In which courses was asked."""
        return Course.objects.editable_by(self.request.user)

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Answer a question. Raises Http404 for one in a course that the person does not teach."""
        form = AnswerForm(request.POST)
        form.is_valid()
        said = form.cleaned_data
        course = get_object_or_404(self.courses(), pk=said.get("course", 0))
        try:
            self._answer(course, form)
        except Refused as refused:
            context = self.get_context_data(
                error=refused.words,
                typed=said.get("message", ""),
                typed_for=(course.pk, said.get("question")),
                client_id=said.get("client_id") or uuid.uuid4(),
                **self.kwargs,
            )
            return self.render_to_response(context, status=refused.status)
        messages.success(request, _("Your answer is sent."))
        return redirect(request.get_full_path())

    def _answer(self, course: Course, form: AnswerForm) -> None:
        """Raises Refused."""
        if form.errors:
            raise Refused(MALFORMED)
        said = form.cleaned_data
        draft = Draft(client_id=said["client_id"], body=said["message"])
        reply_and_answer(
            person=self.instructor, course=course.pk, question=said["question"], draft=draft
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the questions of this page, and how many there are of each state."""
        asked = self.request.GET.get("state", "")
        state = asked if asked in {ANSWERED, ALL} else OPEN
        rows = asked_in(self.courses())
        page = self._page(rows, state)
        threads = threads_of(page.select_related("room__course"), self.instructor, teaches=True)
        shown, titles = threads[:AT_ONCE], titles_of(thread.question for thread in threads)
        typed_for = kwargs.get("typed_for")
        places = {(thread.question.room_id, thread.question.sequence) for thread in shown}
        return super().get_context_data(
            state=state,
            rows=[(thread, titles.get(thread.question.content_id or 0, "")) for thread in shown],
            following=shown[-1].question.pk if len(threads) > AT_ONCE else None,
            is_gone=typed_for is not None and typed_for not in places,
            **rows.order_by().aggregate(
                total=Count("pk"),
                total_open=Count("pk", filter=Q(settled_at=None)),
                total_answered=Count("pk", filter=Q(answer__isnull=False)),
            ),
            **kwargs,
        )

    def _page(self, rows: Any, state: str) -> Any:
        """The questions of a state that follow the one at which the page before ended."""
        last = self._last(rows)
        if state == OPEN:
            rows = rows.open_questions()
            return (rows.newer_than(last) if last else rows)[: AT_ONCE + 1]
        if state == ANSWERED:
            rows = rows.filter(answer__isnull=False)
        rows = rows.order_by("-sent_at", "-pk")
        return (rows.older_than(last) if last else rows)[: AT_ONCE + 1]

    def _last(self, rows: Any) -> Message | None:
        key = key_in(self.request.GET.get("after", ""))
        found: Message | None = rows.filter(pk=key).first() if key else None
        return found


class CourseQuestionQueueView(CourseMixin, QuestionQueueView):
    """The questions in one course."""

    template_name = "studio/question/course_list.html"

    def courses(self) -> QuerySet[Course]:
        """This course alone."""
        return Course.objects.filter(pk=self.course.pk)


class QuestionStepView(CourseMixin, StepView, View):
    """A step with a question, after which the queue is shown again."""

    def back(self) -> str:
        """The queue of the course."""
        return reverse("course_questions", args=[self.course.pk])

    def address(self, name: str) -> str:
        """Of another step with the same question."""
        return reverse(name, args=[self.course.pk, self.kwargs["sequence"]])


class QuestionSettleView(QuestionStepView):
    """Out of the queue without an answer."""

    def take(self, values: dict[str, Any]) -> Done:
        """Settle the question, with a way back. Raises Refused."""
        settle(person=self.instructor, course=self.course.pk, question=self.kwargs["sequence"])
        undo = self.address("course_question_reopen")
        return Done(_("The question needs no answer."), self.back(), undo)


class QuestionReopenView(QuestionStepView):
    """Into the queue again."""

    def take(self, values: dict[str, Any]) -> Done:
        """Open the question again. Raises Refused."""
        reopen(person=self.instructor, course=self.course.pk, question=self.kwargs["sequence"])
        return Done(_("The question waits for an answer again."), self.back())
