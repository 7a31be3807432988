"""What the forms about courses share: in the studio and in the administration."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile

from educa.courses.kinds.uploading import check_size
from educa.lib.uploads import checked_picture

if TYPE_CHECKING:
    from django import forms

    Base = forms.Form
else:
    Base = object


class CoverFormMixin(Base):
    """The same judgment of a `cover` as on saving, with the error beside the field."""

    def clean_cover(self) -> Any:
        cover = self.cleaned_data["cover"]
        if isinstance(cover, UploadedFile):
            check_size(cover.size or 0)
            checked_picture(cover)
        return cover
