"""Messages: reading, saying, changing, and what is done with single ones."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from educa.chat import actions, log
from educa.chat.forms import (
    AnswerForm,
    MessageForm,
    PageForm,
    ReactionForm,
    ReasonForm,
    SwitchForm,
    TextForm,
)
from educa.chat.frames import message_frame
from educa.chat.views.mixins import RoomView, wants_json
from educa.lib.onward import onward


class MessageListView(RoomView):
    """Messages as they are now, page by page; and saying something."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """The last messages, those before a number, or those after one."""
        page = log.messages_of(self.room, **self.asked(PageForm))
        return JsonResponse(
            {
                "messages": [message_frame(message) for message in page.messages],
                "has_older": page.has_older,
                "has_newer": page.has_newer,
                "head": self.room.last_sequence,
                "epoch": str(self.room.epoch),
            }
        )

    def post(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Store a message: 201, or 200 for one that was stored before."""
        form = MessageForm(request.POST, request.FILES)
        self.cleaned(form)
        sent = actions.send(author=self.person, course=course_id, draft=form.draft)
        if not wants_json(request):
            return redirect(onward(request, f"{self.address()}#m{sent.message.sequence}"))
        message = log.shown(sent.message.pk)
        status = HTTPStatus.CREATED if sent.is_new else HTTPStatus.OK
        return JsonResponse(message_frame(message), status=status)


class MessageStepView(RoomView):
    """Something that is done with one message."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, course_id: int, sequence: int) -> HttpResponse:
        """Do it, and say so where the page does not show it."""
        return self.done(words=self.take(course_id, sequence))

    def take(self, course: int, sequence: int) -> str:
        """Do it; what is to be said of it to who uses plain forms."""
        raise NotImplementedError


class MessageEditView(MessageStepView):
    """Let one's own message say something else."""

    def take(self, course: int, sequence: int) -> str:
        body = self.posted(TextForm)["message"]
        actions.edit(author=self.person, course=course, sequence=sequence, body=body)
        return _("Your message is changed.")


class MessageDeleteView(MessageStepView):
    """Delete one's own message, or one that does not belong here."""

    def take(self, course: int, sequence: int) -> str:
        actions.delete(person=self.person, course=course, sequence=sequence)
        return _("The message is deleted.")


class MessageReactView(MessageStepView):
    """Put a sign to a message, or take it away."""

    def take(self, course: int, sequence: int) -> str:
        wish = self.posted(ReactionForm)
        actions.react(person=self.person, course=course, sequence=sequence, **wish)
        return ""


class MessagePinView(MessageStepView):
    """Let a message stay on top, or not any more."""

    def take(self, course: int, sequence: int) -> str:
        step = actions.pin if self.posted(SwitchForm)["on"] else actions.unpin
        step(person=self.person, course=course, sequence=sequence)
        return ""


class MessageReportView(MessageStepView):
    """Tell those who keep order that a message is wrong."""

    def take(self, course: int, sequence: int) -> str:
        reason = self.posted(ReasonForm)["reason"]
        actions.report(person=self.person, course=course, sequence=sequence, reason=reason)
        return _("Thank you. The instructors of the course will look at this message.")


class MessageAnswerView(MessageStepView):
    """Mark the answer to a question, or say whether it needs one."""

    def take(self, course: int, sequence: int) -> str:
        wish = self.posted(AnswerForm)
        if (answer := wish["answer"]) is not None:
            actions.mark_answer(person=self.person, course=course, question=sequence, answer=answer)
            return _("The answer is marked.")
        step = actions.settle if wish["settled"] else actions.reopen
        step(person=self.person, course=course, question=sequence)
        return (
            _("The question is settled.") if wish["settled"] else _("The question is open again.")
        )
