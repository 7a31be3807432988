"""Settling questions: which message answers one, that it needs no answer, or that it waits for one again."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from educa.accounts.models import User
from educa.chat.actions import mark_answer, reopen, settle
from educa.chat.refusals import MALFORMED, Refused
from educa.lib.keys import key_in
from educa.students.views.player import CourseReaderView


class MessageAnswerView(CourseReaderView):
    """Takes `answer`, the number of a message, or `settled`, `true` or `false`."""

    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, pk=kwargs["course_id"], **kwargs)

    def post(self, request: HttpRequest, sequence: int, **_kwargs: Any) -> HttpResponse:
        is_script = not request.accepts("text/html")
        try:
            self._settle(sequence)
        except Refused as refused:
            if is_script:
                said = {"code": refused.code, "message": refused.words, "retry_after": None}
                return JsonResponse({"error": said}, status=refused.status)
            messages.error(request, refused.words)
        if is_script:
            return JsonResponse({})
        wanted = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
        return redirect(
            wanted if is_ours else reverse("student_course_detail", args=[self.course.pk])
        )

    def _settle(self, question: int) -> None:
        person, posted = cast("User", self.request.user), self.request.POST
        if answer := key_in(posted.get("answer", "")):
            mark_answer(person=person, course=self.course.pk, question=question, answer=answer)
        elif posted.get("settled") == "true":
            settle(person=person, course=self.course.pk, question=question)
        elif posted.get("settled") == "false":
            reopen(person=person, course=self.course.pk, question=question)
        else:
            raise Refused(MALFORMED)
