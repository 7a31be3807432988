"""What the forms about courses share: in the studio, in the administration and in the API."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.uploading import check_size
from educa.courses.models import Course
from educa.lib.uploads import checked_picture

if TYPE_CHECKING:
    Base = forms.Form
else:
    Base = object

DESCRIBING = ["title", "slug", "subject", "overview", "cover"]


class CoverFormMixin(Base):
    """The same judgment of a `cover` as on saving, with the error beside the field."""

    def clean_cover(self) -> Any:
        cover = self.cleaned_data["cover"]
        if isinstance(cover, UploadedFile):
            check_size(cover.size or 0)
            checked_picture(cover)
        return cover


class DescribingForm(CoverFormMixin, forms.ModelForm[Course]):
    """What a course says of itself: a slug that is left out is made from the title."""

    class Meta:
        model = Course
        fields = DESCRIBING
        error_messages = {
            "slug": {"unique": _("Another course has this address already, or one in the trash.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean_overview(self) -> str:
        """The overview with plain line ends, whatever the browser makes of them."""
        overview: str = self.cleaned_data["overview"]
        return overview.replace("\r\n", "\n")
