"""Text: what is read on the page."""

from typing import Any

from django import forms
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import register
from educa.lib.html import sanitize
from educa.lib.markdown import render_markdown


class Text(ItemBase):
    """A text in Markdown, or in HTML where it was imported as such."""

    class Format(models.TextChoices):
        MARKDOWN = "markdown", _("Markdown")
        HTML = "html", _("HTML")

    content = models.TextField(_("text"), blank=True)
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.MARKDOWN)

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
            return sanitize(self.content)
        return render_markdown(self.content)


class TextForm(forms.ModelForm[Text]):
    class Meta:
        model = Text
        fields = ["title", "content"]


register(Text, TextForm, icon="file-text")
