"""Forms of kinds that hold a file: the same judgment as on saving, with the error beside the field."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from educa.lib.uploads import media_type_of

if TYPE_CHECKING:
    from django import forms

    Base = forms.Form
else:
    Base = object


class MediaFormMixin(Base):
    """Checks size and bytes of what was uploaded into `file`."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_size(file.size or 0)
            media_type_of(file, file.name or "")
        return file


def check_size(size: int) -> None:
    """Raises ValidationError for nothing, and above the site's limit; `size` is in bytes."""
    if size == 0:
        raise ValidationError(_("This file is empty."), code="empty")
    if size > settings.EDUCA_MAX_UPLOAD:
        most = filesizeformat(settings.EDUCA_MAX_UPLOAD)
        raise ValidationError(
            _("This file is too large: at most %(most)s."), params={"most": most}, code="size"
        )
