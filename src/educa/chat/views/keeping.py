"""Keeping order: who may write, and how the room is."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from educa.chat import actions
from educa.chat.forms import MuteForm, RoomForm, UnmuteForm
from educa.chat.members import member_named, muted_or_member_named
from educa.chat.permissions import can_keep_order
from educa.chat.refusals import FORBIDDEN, Refused
from educa.chat.views.mixins import RoomView


class KeeperView(RoomView):
    """A view for those who keep order in the room; others who are in it are refused."""

    http_method_names = ["post", "options"]

    def enter(self, course: int) -> None:
        """Raises Refused for who does not keep order, before anything else is looked at."""
        super().enter(course)
        if not can_keep_order(self.person, teaches=self.course.is_taught):
            raise Refused(FORBIDDEN)


class MuteView(KeeperView):
    """Let a member read and not write."""

    def post(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Mute them for so many minutes, or until they are let again."""
        wish = self.posted(MuteForm)
        muted = member_named(self.course, wish["user"])
        actions.mute(person=self.person, course=course_id, muted=muted, minutes=wish["minutes"])
        return self.done(words=_("%(name)s can’t write here now.") % {"name": muted.shown_name})


class UnmuteView(KeeperView):
    """Let somebody write again."""

    def post(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Let them, also when they have left the course meanwhile."""
        muted = muted_or_member_named(self.course, self.posted(UnmuteForm)["user"])
        actions.unmute(person=self.person, course=course_id, muted=muted)
        return self.done(words=_("%(name)s can write here again.") % {"name": muted.shown_name})


class RoomSettingsView(KeeperView):
    """How the room is."""

    def post(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Change what is named; the rest stays."""
        actions.change_room(person=self.person, course=course_id, **self.posted(RoomForm))
        return self.done(words=_("The room is changed."))
