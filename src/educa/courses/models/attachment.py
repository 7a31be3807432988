"""Attachments: the files of a course that are no contents of their own."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from educa.courses.models.course import Course, Viewer, sees_all_courses
from educa.lib.files import SavedWhole
from educa.lib.pictures import PictureField
from educa.lib.storage import random_name


def attachment_name(attachment: "Attachment", name: str) -> str:
    """Where the bytes of an attachment are kept."""
    return random_name("attachment", name)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def readable_by(self, user: Viewer) -> Self:
        """Files of courses that this person reads, without those that only instructors see."""
        rows = self.filter(course__in=Course.objects.readable_by(user))
        if sees_all_courses(user):
            return rows
        taught = Course.objects.taught_by(user)
        return rows.filter(Q(instructors_only=False) | Q(course__in=taught))

    def visible_to(self, user: Viewer) -> Self:
        """Files that this person may open: those they read, and what the page of a course shows to them."""
        shown = Q(pk__in=self.in_overviews(), course__in=Course.objects.visible_to(user))
        return self.filter(Q(pk__in=self.readable_by(user)) | shown)

    def in_overviews(self) -> Self:
        """Files that the overview of their own course names, so that its page shows them.

        Never those for instructors only, whatever an overview says.
        """
        return self.filter(instructors_only=False, course__overview__contains=F("file"))

    def editable_by(self, user: Viewer) -> Self:
        return self.filter(course__in=Course.objects.editable_by(user))


class Attachment(SavedWhole):
    """A file that belongs to a course and is no content of its own.

    Pictures inside texts, and the sources of things that an import could keep but not show.
    """

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("course")
    )
    file = PictureField(_("file"), upload_to=attachment_name)
    name = models.CharField(_("name"), max_length=255, help_text=_("As readers see it."))
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes."))
    path = models.CharField(
        _("path"), max_length=500, blank=True, help_text=_("In the package it came from.")
    )
    instructors_only = models.BooleanField(_("for instructors only"), default=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["path", "name", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("media", args=[self.file.name])
