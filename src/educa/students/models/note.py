"""What people write down for themselves beside a content."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Content, Course, Viewer

LONGEST_NOTE = 20_000  # characters


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, user: Viewer) -> Self:
        """This person's own notes; nobody else ever reads them."""
        return self.filter(author=user.pk)

    def readable_by(self, user: Viewer) -> Self:
        """This person's own notes on contents that they can open now."""
        readable = Course.objects.readable_by(user)
        return self.of(user).filter(
            content__trashed_at=None,
            content__module__trashed_at=None,
            content__module__course__in=readable,
        )


class Note(models.Model):
    """One person's private note on one content: plain text, for its author alone."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notes",
        verbose_name=_("author"),
    )
    content = models.ForeignKey(
        Content, on_delete=models.CASCADE, related_name="notes", verbose_name=_("content")
    )
    body = models.TextField(_("note"), max_length=LONGEST_NOTE)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(fields=["author", "content"], name="one_note_per_content")
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.content}"
