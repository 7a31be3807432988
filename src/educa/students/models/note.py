"""What people write down for themselves beside a content."""

from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.models import Content, Course, Viewer
from educa.lib.folding import Query, words_in

LONGEST_NOTE = 20_000  # characters


class NoteChanged(Exception):
    """The note was saved elsewhere in the meantime; `current` is what there is now, None for no note."""

    def __init__(self, current: "Note | None") -> None:
        super().__init__(current)
        self.current = current


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

    def matching(self, query: Query) -> Self:
        """Notes with every word of the query, compared as in courses; none for a query without words."""
        rows = self if query else self.none()
        for term in query.terms:
            rows = rows.filter(words__contains=f" {term.word}{'' if term.is_beginning else ' '}")
        return rows

    @transaction.atomic
    def keep(self, author: User, content: Content, body: str, *, seen: str) -> "Note | None":
        """Let the author's note on the content say this; None when it says nothing, and so is gone.

        `seen` is the `stamp` of the note that the author had before them, "" for none. Raises NoteChanged
        when another one is kept by now, unless it says the same.
        """
        current = self.of(author).filter(content=content).select_for_update().first()
        if body == (current.body if current else ""):
            return current
        if seen != (current.stamp if current else ""):
            raise NoteChanged(current)
        if not body.strip():
            if current:
                current.delete()
            return None
        note = current or Note(author=author, content=content)
        note.body = body
        try:
            with transaction.atomic():
                note.save()
        except IntegrityError:  # another tab was faster by a moment
            raise NoteChanged(self.of(author).filter(content=content).first()) from None
        return note


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
    words = models.TextField(default="", blank=True, editable=False)
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The words that it is found by are those of its text, each between blanks."""
        self.words = f" {' '.join(words_in(self.body))} "
        super().save(*args, **kwargs)

    @property
    def stamp(self) -> str:
        """A word for this state of the note, another one each time that it is saved."""
        return self.updated_at.isoformat()
