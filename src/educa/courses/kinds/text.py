"""Text: what is read on the page."""

from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import register
from educa.lib.html import anchors_in, sanitize, shown, text_of
from educa.lib.markdown import render_markdown, text_of_markdown

if TYPE_CHECKING:
    from educa.accounts.models import User
    from educa.courses.models.module import Module

MAX_TEXT = 2**20  # characters; some 150,000 words


class Text(ItemBase):
    """A text in Markdown, or in HTML where it was imported as such."""

    class Format(models.TextChoices):
        MARKDOWN = "markdown", _("Markdown")
        HTML = "html", _("HTML")

    content = models.TextField(_("text"), blank=True)
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.MARKDOWN)

    shows_its_fields = True

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(format__in=["markdown", "html"]), name="text_format_is_known"
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """HTML is cleaned before it is kept, and once more when it is shown."""
        if self.format == self.Format.HTML:
            self.content = str(sanitize(self.content))
        super().save(*args, **kwargs)

    @property
    def html(self) -> SafeString:
        if self.format == self.Format.HTML:
            return shown(self.content)
        return render_markdown(self.content)

    def anchors(self) -> set[str]:
        """Those of the text in its own format."""
        return anchors_in(self.html)

    def search_text(self) -> str:
        """What readers see of it, whatever its format."""
        is_html = self.format == self.Format.HTML
        return text_of(self.content) if is_html else text_of_markdown(self.content)

    def remember(self, *, author: "User | None") -> None:
        """Keep this state, unless it is the newest that is kept already."""
        newest = self.versions.first()
        if newest is None or not newest.says_the_same_as(self):
            self.versions.create(
                title=self.title,
                content=self.content,
                format=self.format,
                author=author,
                saved_at=self.updated,
            )


class TextVersion(models.Model):
    """A text as it was saved once; the newest is what the text says now."""

    text = models.ForeignKey(
        Text, on_delete=models.CASCADE, related_name="versions", verbose_name=_("text")
    )
    title = models.CharField(_("title"), max_length=250)
    content = models.TextField(_("text"), blank=True)
    format = models.CharField(_("format"), max_length=8, choices=Text.Format)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Nobody, where the text came from elsewhere or the account is gone."),
    )
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        ordering = ["-saved_at", "-pk"]
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of texts")

    def __str__(self) -> str:
        return f"{self.title} ({self.saved_at:%Y-%m-%d %H:%M})"

    def says_the_same_as(self, other: "Text | TextVersion") -> bool:
        """Whether nothing that a reader sees differs."""
        return (self.title, self.content, self.format) == (
            other.title,
            other.content,
            other.format,
        )


class TextDraftQuerySet(models.QuerySet["TextDraft"]):
    def of(self, author: "User") -> Self:
        """What this person has typed and not saved."""
        return self.filter(author=author)

    def at(self, module: "Module", text: Text | None) -> Self:
        """Drafts of the text; without one, of a new text for the module."""
        return self.filter(text=text) if text else self.filter(text=None, module=module)


class TextDraft(models.Model):
    """What an author has typed and not saved yet: of a text, or of a new one for a module.

    `seen` is the state of the text that the author began with.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="text_drafts",
        verbose_name=_("author"),
    )
    module = models.ForeignKey(
        "courses.Module",
        on_delete=models.CASCADE,
        related_name="text_drafts",
        verbose_name=_("module"),
    )
    text = models.ForeignKey(
        Text,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name=_("text"),
    )
    title = models.CharField(_("title"), max_length=250, blank=True)
    content = models.TextField(_("text"), blank=True)
    format = models.CharField(
        _("format"), max_length=8, choices=Text.Format, default=Text.Format.MARKDOWN
    )
    seen = models.CharField(_("state of the text"), max_length=40, blank=True)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    objects = TextDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = _("draft of a text")
        verbose_name_plural = _("drafts of texts")
        constraints = [
            models.UniqueConstraint(
                fields=["author", "text"],
                condition=models.Q(text__isnull=False),
                name="one_draft_per_author_and_text",
            ),
            models.UniqueConstraint(
                fields=["author", "module"],
                condition=models.Q(text=None),
                name="one_draft_of_a_new_text_per_author_and_module",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("(without a title)"))

    @property
    def stamp(self) -> str:
        """A word for this state of the draft, another one each time that it is saved."""
        return self.saved_at.isoformat()

    def says_the_same_as(self, other: "Text | TextDraft") -> bool:
        """Whether the same words are in both."""
        return (self.title, self.content, self.format) == (
            other.title,
            other.content,
            other.format,
        )


class WritingField(forms.CharField):
    """What somebody has written in Markdown or HTML, a megabyte of it at most, with lines that end in "\\n".

    Browsers send other ends of lines than scripts do, and each line would differ from what it was.
    """

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False, "max_length": MAX_TEXT})

    def to_python(self, value: Any) -> str:
        """The text, before its length is judged."""
        return normalize_newlines(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`, with which browsers cut off what is pasted and say nothing."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class TextForm(forms.ModelForm[Text]):
    class Meta:
        model = Text
        fields = ["title", "content", "format"]
        field_classes = {"content": WritingField}
        widgets = {"format": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].required = False

    def clean_format(self) -> str:
        """A text stays in its format unless the form names another."""
        return self.cleaned_data["format"] or self.instance.format


register(Text, TextForm, icon="file-text", place=10)
