"""Order in a room: who may not write, what was reported, and what was done about it."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from educa.chat.models.message import Message
from educa.chat.models.room import Room


class MuteQuerySet(models.QuerySet["Mute"]):
    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))


class Mute(models.Model):
    """That somebody may read a room and not write in it, until a time or for good."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="mutes", verbose_name=_("room")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="chat_mutes",
        verbose_name=_("person"),
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    muted_at = models.DateTimeField(_("muted"), default=timezone.now, editable=False)

    if TYPE_CHECKING:
        room_id: int
        user_id: int

    objects = MuteQuerySet.as_manager()

    class Meta:
        ordering = ["room", "-muted_at"]
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="one_mute_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.room}"


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> Self:
        """Those that nobody has looked at; the oldest first."""
        return self.filter(handled_at=None).order_by("reported_at", "pk")


class Report(models.Model):
    """That a member finds a message wrong, with what it said at that moment."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reports", verbose_name=_("message")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="chat_reports",
        verbose_name=_("reported by"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    body = models.TextField(_("text at that time"), blank=True)
    reported_at = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "reporter"], name="one_report_per_person_and_message"
            ),
        ]
        indexes = [
            models.Index(
                fields=["message"], condition=Q(handled_at=None), name="reports_that_wait"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message}: {self.reason}"


MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60  # seconds


def span_in_words(seconds: int) -> str:
    """How long that is, in the largest unit that says it exactly."""
    if seconds % DAY == 0:
        words, number = ngettext("%(n)d day", "%(n)d days", seconds // DAY), seconds // DAY
    elif seconds % HOUR == 0:
        words, number = ngettext("%(n)d hour", "%(n)d hours", seconds // HOUR), seconds // HOUR
    elif seconds % MINUTE == 0:
        number = seconds // MINUTE
        words = ngettext("%(n)d minute", "%(n)d minutes", number)
    else:
        words, number = ngettext("%(n)d second", "%(n)d seconds", seconds), seconds
    return words % {"n": number}


class Act(models.Model):
    """What somebody who keeps order did in a room; the list of them is only ever added to."""

    class Verb(models.TextChoices):
        DELETE = "delete", _("deleted a message")
        MUTE = "mute", _("muted")
        UNMUTE = "unmute", _("let write again")
        PIN = "pin", _("pinned a message")
        UNPIN = "unpin", _("unpinned a message")
        CLOSE = "close", _("closed the room")
        OPEN = "open", _("opened the room")
        SLOW = "slow", _("changed the slow mode")
        PEOPLE = "people", _("changed whether one sees who is here")
        ANSWER = "answer", _("marked an answer")
        SETTLE = "settle", _("settled a question")
        REOPEN = "reopen", _("opened a question again")
        HANDLE = "handle", _("looked at a report")
        EXPORT = "export", _("downloaded a copy of the room")

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="acts", verbose_name=_("room")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="chat_acts",
        verbose_name=_("by"),
    )
    verb = models.CharField(_("act"), max_length=10, choices=Verb)
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="acts",
        verbose_name=_("message"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    data = models.JSONField(_("data"), default=dict, blank=True)
    done_at = models.DateTimeField(_("done"), default=timezone.now, editable=False)

    if TYPE_CHECKING:
        room_id: int

    class Meta:
        ordering = ["-done_at", "-pk"]
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        indexes = [models.Index(fields=["room", "-done_at"], name="acts_of_room")]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.verb}"

    @property
    def details(self) -> str:
        """How long or how many, in words; empty where the verb says it all."""
        seconds = self.data.get("seconds") or 60 * (self.data.get("minutes") or 0)
        if seconds:
            return span_in_words(seconds)
        if (shows := self.data.get("shows")) is not None:
            return str(_("shown") if shows else _("hidden"))
        return str(_("off")) if self.verb == self.Verb.SLOW else ""
