"""What single people leave at messages and rooms."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.chat.models.message import Message
from educa.chat.models.room import Room

REACTIONS = ("👍", "❤️", "😂", "🎉", "🤔", "😮", "🙏", "✅")


class Reaction(models.Model):
    """One sign that one person put to a message."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reactions", verbose_name=_("message")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="chat_reactions",
        verbose_name=_("person"),
    )
    sign = models.CharField(_("sign"), max_length=8)
    put_at = models.DateTimeField(_("put"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["message", "pk"]
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "user", "sign"], name="one_reaction_of_a_sign_per_person"
            ),
            models.CheckConstraint(
                condition=Q(sign__in=REACTIONS), name="reaction_is_one_of_the_signs"
            ),
        ]

    def __str__(self) -> str:
        return self.sign


class Mention(models.Model):
    """That a message names somebody."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("message")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="chat_mentions",
        verbose_name=_("person"),
    )

    class Meta:
        ordering = ["message", "pk"]
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="one_mention_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.message}: {self.user}"


class ReadMarkQuerySet(models.QuerySet["ReadMark"]):
    def move(self, user: User, room: Room, sequence: int) -> None:
        """Remember that this person has read the room up to and including this number; it never goes back."""
        sequence = min(sequence, room.last_sequence)
        rows = self.filter(user=user, room=room)
        if not rows.filter(sequence__lt=sequence).update(sequence=sequence, read_at=timezone.now()):
            self.get_or_create(user=user, room=room, defaults={"sequence": sequence})

    def of(self, user: User) -> Self:
        """This person's own marks; nobody else ever sees them."""
        return self.filter(user=user.pk)


class ReadMark(models.Model):
    """How far one person has read in one room."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="read_marks", verbose_name=_("room")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="chat_read_marks",
        verbose_name=_("person"),
    )
    sequence = models.PositiveBigIntegerField(_("number"), default=0)
    read_at = models.DateTimeField(_("read"), default=timezone.now, editable=False)

    if TYPE_CHECKING:
        user_id: int

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="one_read_mark_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.room_id}/{self.sequence}"
