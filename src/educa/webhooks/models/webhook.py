"""Addresses of other programs that are told what happens."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.models import Course
from educa.webhooks.signing import new_secret

MOST_WEBHOOKS = 20  # of one person
LONGEST_URL = 500  # characters
OVERLAP = timedelta(days=1)  # in which deliveries are signed with the old secret as well
PING = "ping"
"""What a test tells. Nobody asks for it in advance, so it is not among the types of events."""


class EventType(models.TextChoices):
    """What a webhook can be told of."""

    ENROLLMENT_MADE = "enrollment.made", _("Somebody was enrolled")
    ENROLLMENT_ENDED = "enrollment.ended", _("A student left, or was removed")
    CONTENT_COMPLETED = "content.completed", _("A student finished a content")
    COURSE_COMPLETED = "course.completed", _("A student finished the course")
    COURSE_PUBLISHED = "course.published", _("The course was published")
    MESSAGE_POSTED = "message.posted", _("Somebody wrote in the room")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def of(self, user: User) -> Self:
        """This person's webhooks."""
        return self.filter(owner=user)

    def active(self) -> Self:
        """Those that are told anything."""
        return self.filter(is_active=True)

    def about(self, course: int) -> Self:
        """Those for this course, or for all courses, whoever has them."""
        return self.filter(Q(course=course) | Q(course=None))

    def of_those_who_teach(self, course: int) -> Self:
        """Those whose owner teaches the course, or is of the staff, with the owner."""
        own = Course.objects.filter(pk=course, owner=OuterRef("owner"))
        others = Course.co_instructors.through._default_manager.filter(
            course=course, user=OuterRef("owner")
        )
        may = Q(Exists(own)) | Q(Exists(others)) | Q(owner__is_staff=True)
        return self.filter(may, owner__is_active=True).select_related("owner")


class Webhook(models.Model):
    """An address that is told of events in one course, or in all courses of its owner.

    All courses are those that the owner teaches, or for who looks after the site every course. Failures
    in a row are counted; until `paused_until` nothing is sent.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="webhooks",
        verbose_name=_("owner"),
    )
    course = models.ForeignKey(
        Course,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="webhooks",
        verbose_name=_("course"),
        help_text=_("Without one, all courses."),
    )
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    events = models.JSONField(_("events"), default=list)
    secret = models.CharField(max_length=60, default=new_secret, editable=False)
    old_secret = models.CharField(max_length=60, blank=True, default="", editable=False)
    old_secret_until = models.DateTimeField(
        _("old secret until"), null=True, blank=True, editable=False
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True, editable=False)

    if TYPE_CHECKING:
        course_id: int | None
        owner_id: int
        deliveries: Any
        is_mute: bool

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [
            # Asked at every event, and without webhooks answered from an empty index.
            models.Index(
                fields=["course"], condition=Q(is_active=True), name="webhooks_that_are_told"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(old_secret="", old_secret_until=None)
                | (~Q(old_secret="") & Q(old_secret_until__isnull=False)),
                name="an_old_secret_of_a_webhook_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def event_labels(self) -> list[Any]:
        """What it is told of, in words."""
        return [event.label for event in EventType if event.value in self.events]

    @property
    def was_given_up(self) -> bool:
        """Whether the site has switched it off, since nothing arrived."""
        return not self.is_active and self.failing_since is not None

    def secrets_at(self, now: datetime) -> list[str]:
        """What deliveries are signed with: the secret, and for a day after a change the one before it."""
        is_old_valid = self.old_secret_until is not None and now < self.old_secret_until
        return [self.secret, self.old_secret] if is_old_valid else [self.secret]

    def change_secret(self) -> None:
        """Take a new secret; the present one holds for another day."""
        self.old_secret, self.old_secret_until = self.secret, timezone.now() + OVERLAP
        self.secret = new_secret()

    def forgive(self) -> None:
        """Forget that deliveries failed."""
        self.failures, self.failing_since, self.paused_until = 0, None, None
