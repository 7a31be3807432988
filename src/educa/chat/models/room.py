"""Rooms: one for each course."""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Course, Viewer
from educa.courses.models.course import sees_all_courses

SLOWEST = 3600  # seconds between two messages of a student in slow mode, at most


def keeps_all_rooms(user: Viewer) -> bool:
    """Whether this person looks after the site, and so keeps order in every room."""
    return sees_all_courses(user) and user.has_perm("chat.delete_message")


def courses_kept_by(user: Viewer) -> "models.QuerySet[Course]":
    """Courses in whose rooms this person keeps order: those that they may change, or all."""
    if keeps_all_rooms(user):
        return Course.objects.present()
    return Course.objects.editable_by(user)


class RoomQuerySet(models.QuerySet["Room"]):
    def open_to(self, user: Viewer) -> Self:
        """Rooms that this person may enter: of the courses whose contents they may open."""
        return self.filter(course__in=Course.objects.readable_by(user))

    def of(self, course: Course) -> "Room":
        """The room of a course, which is made when somebody first comes to it."""
        room, _is_new = self.get_or_create(course=course)
        return room

    def locked(self, course: Course) -> "Room":
        """The room of a course, in which nobody else writes until the transaction ends."""
        rows = self.select_for_update(no_key=True).filter(course=course)
        held = rows.first()
        if held is None:
            self.of(course)
            held = rows.get()
        return held


class Room(models.Model):
    """The room of a course, and the number of the last event in its log.

    Who is to take the next number holds the row's lock, so the numbers of a room have no gaps and become
    visible in their order. `epoch` names this counting: after a backup was restored it is another one.
    """

    course = models.OneToOneField(
        Course,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="room",
        verbose_name=_("course"),
    )
    epoch = models.UUIDField(_("epoch"), default=uuid.uuid4, editable=False)
    last_sequence = models.PositiveBigIntegerField(_("last number"), default=0, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    slow_seconds = models.PositiveIntegerField(
        _("slow mode"),
        default=0,
        validators=[MaxValueValidator(SLOWEST)],
        help_text=_("Seconds that a student waits between two messages; 0 for none."),
    )
    shows_people = models.BooleanField(
        _("shows who is here"),
        default=True,
        help_text=_("Whether members see who else is here, and who is typing."),
    )

    if TYPE_CHECKING:
        messages: Any
        events: Any
        course_id: int

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(slow_seconds__lte=SLOWEST), name="room_is_not_too_slow"
            ),
        ]

    def __str__(self) -> str:
        return str(self.course)

    def get_absolute_url(self) -> str:
        return reverse("chat:course_chat_room", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether only those who keep order may write."""
        return self.closed_at is not None
