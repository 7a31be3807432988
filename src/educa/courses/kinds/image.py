"""Image: a picture with its description and caption."""

from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.findings import NO_ALTERNATIVE_TEXT, ItemFinding
from educa.courses.kinds.registry import register
from educa.courses.kinds.uploading import check_size
from educa.lib.files import is_fresh
from educa.lib.pictures import PictureField
from educa.lib.storage import random_name
from educa.lib.uploads import checked_picture


def image_name(item: "Image", name: str) -> str:
    """Where the bytes of a picture are kept."""
    return random_name("image", name)


class Image(ItemBase):
    """A picture that was decoded to be sure; width and height in pixels, size in bytes."""

    file = PictureField(_("picture"), upload_to=image_name)
    alt = models.CharField(
        _("alternative text"),
        max_length=500,
        blank=True,
        help_text=_("What the picture shows, for those who can't see it."),
    )
    decorative = models.BooleanField(
        _("decoration"),
        default=False,
        db_default=False,
        help_text=_("Those who can't see it miss nothing; its alternative text is passed over."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    width = models.PositiveIntegerField(_("width"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False)

    upload_types = ("image/",)
    shows_its_fields = True

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new picture is decoded. Raises ValidationError for one that is not allowed."""
        if is_fresh(self.file):
            picture = checked_picture(self.file.file)
            self.file, self.width, self.height = picture.file, picture.width, picture.height
            self.size = self.file.size
        super().save(*args, **kwargs)

    @property
    def image_url(self) -> str:
        return reverse("media", args=[self.file.name])

    @property
    def said_instead(self) -> str:
        """What those hear who can't see the picture: nothing of one that decorates.

        Its alternative text is kept, for when it is no decoration any more.
        """
        return "" if self.decorative else self.alt

    @classmethod
    def findings(cls, items: models.QuerySet[Self]) -> Iterable[ItemFinding]:
        """Pictures that say nothing to those who can't see them, though they are no decoration."""
        unsaid = items.filter(alt="", decorative=False).values_list("pk", flat=True)
        return (ItemFinding(pk, NO_ALTERNATIVE_TEXT) for pk in unsaid)


class ImageForm(forms.ModelForm[Image]):
    class Meta:
        model = Image
        fields = ["title", "file", "alt", "decorative", "caption"]
        labels = {"decorative": _("It is decoration")}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_size(file.size or 0)
            checked_picture(file)
        return file


register(Image, ImageForm, icon="image", place=20)
