"""File: something to open or to save."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.completing import CompletedBy
from educa.courses.kinds.registry import register
from educa.courses.kinds.uploading import MediaFormMixin
from educa.lib.files import StoredFileField, is_fresh
from educa.lib.media_types import in_words
from educa.lib.storage import random_name
from educa.lib.uploads import (
    AUDIO,
    INLINE,
    PLAYABLE,
    checked_picture,
    media_type_of,
    shown_name,
)

PDF = "application/pdf"
PICTURE = "image/"  # how media types of pictures begin


def file_name(item: "File", name: str) -> str:
    """Where the bytes of a file are kept."""
    return random_name("file", name)


class File(ItemBase):
    """A file with what a reader wants to know before a download: name, size in bytes, media type."""

    file = StoredFileField(_("file"), upload_to=file_name)
    name = models.CharField(_("name"), max_length=255, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False)
    media_type = models.CharField(_("media type"), max_length=100, blank=True, editable=False)

    upload_types = ("",)  # whatever no other kind takes
    shows_its_fields = True

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file is judged by its bytes; a picture tells no more where it was taken.

        Raises ValidationError for one that is not allowed.
        """
        if is_fresh(self.file):
            self.name = shown_name(str(self.file.name))
            self.media_type = media_type_of(self.file.file, str(self.file.name))
            if self.media_type.startswith(PICTURE):
                self.file = checked_picture(self.file.file).file
            self.size = self.file.size
        super().save(*args, **kwargs)

    def search_text(self) -> str:
        """Its name; what is inside of it is for those who open it."""
        return self.name

    @property
    def file_url(self) -> str:
        return reverse("media", args=[self.file.name])

    @property
    def opens_in_page(self) -> bool:
        return self.media_type in INLINE

    @property
    def is_audio(self) -> bool:
        return self.media_type in AUDIO.values()

    @property
    def shows_as(self) -> str:
        """How the page shows more than a name: as a `picture`, by a `player`, as a `document`; "" for no more."""
        if self.media_type.startswith(PICTURE):
            return "picture"
        if self.media_type in PLAYABLE:
            return "player"
        return "document" if self.media_type == PDF else ""

    @property
    def completed_by(self) -> CompletedBy:
        """What plays in the page is played; anything else is opened or downloaded."""
        return CompletedBy.WATCHING if self.shows_as == "player" else CompletedBy.OPENING

    @property
    def type_in_words(self) -> Promise:
        return in_words(self.media_type)


class FileForm(MediaFormMixin, forms.ModelForm[File]):
    class Meta:
        model = File
        fields = ["title", "file"]

    def clean_file(self) -> Any:
        """Beside what holds for all files, a picture must be a whole one."""
        file = super().clean_file()
        is_new = isinstance(file, UploadedFile)
        if is_new and media_type_of(file, file.name or "").startswith(PICTURE):
            checked_picture(file)
        return file


register(File, FileForm, icon="file", place=40)
