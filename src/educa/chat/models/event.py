"""The log of a room: everything that happened there, numbered without gaps."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.chat.models.message import Message
from educa.chat.models.room import Room


class EventQuerySet(models.QuerySet["Event"]):
    def after(self, sequence: int) -> Self:
        """What came after this number, in order."""
        return self.filter(sequence__gt=sequence).order_by("sequence")

    def to_be_sent(self) -> Self:
        """With all that their frames tell."""
        return self.select_related(
            "actor", "message__author", "message__reply_to__author", "message__answer"
        )


class Event(models.Model):
    """One thing that happened in a room: a message, or a change to one, or to the room.

    Readers who come back ask for what came after the number that they have. The row of a message has the same
    number as the message; `data` holds what a change consists of, and never what somebody said.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        EDIT = "edit", _("edit")
        DELETE = "delete", _("deletion")
        REACTION = "reaction", _("reaction")
        PIN = "pin", _("pin")
        ANSWER = "answer", _("answer")
        ROOM = "room", _("change of the room")

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="events", verbose_name=_("room")
    )
    sequence = models.PositiveBigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("message"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    data = models.JSONField(_("data"), default=dict, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    if TYPE_CHECKING:
        room_id: int
        message_id: int | None
        actor_id: int | None

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["room", "sequence"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["room", "sequence"], name="one_event_per_number"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="event_numbers_begin_at_one"),
            models.CheckConstraint(
                condition=Q(kind="room") | Q(message__isnull=False),
                name="event_is_about_a_message_or_the_room",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.sequence} {self.kind}"
