"""Which packages are taken at all, and which files of one can be stored, and as what."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from educa.interchange.archive import Archive, judge_directory
from educa.interchange.refusal import ImportRefused
from educa.lib.uploads import PLAYABLE, checked_picture, media_type_of


@dataclass(frozen=True)
class Verdict:
    """What a file can be: the kind of content and its media type, or why it can't be stored."""

    kind: str
    media_type: str = ""
    reason: str = ""


class Judge:
    """Says what the files of an archive can be, looking at each of them once."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._known: dict[tuple[str, str], Verdict] = {}

    def verdict(self, name: str, shown: str = "") -> Verdict:
        """What the file of that name can be; when readers see it as `shown`, under that name."""
        key = (name, shown or name)
        if key not in self._known:
            self._known[key] = self._judged(*key)
        return self._known[key]

    def _judged(self, name: str, shown: str) -> Verdict:
        if reason := too_large(self.archive.size(name)):
            return Verdict("", reason=reason)
        try:
            with self.archive.file(name) as file:
                return self._of_bytes(file, shown)
        except ValidationError as error:
            if error.code == "ending":
                return Verdict("", reason=_("files of this kind are only kept in an archive"))
            return Verdict("", reason=" ".join(error.messages))

    def _of_bytes(self, file: File[Any], name: str) -> Verdict:
        media_type = media_type_of(file, name)
        if media_type.startswith("image/"):
            checked_picture(file)
            return Verdict("image", media_type)
        return Verdict("video" if media_type in PLAYABLE else "file", media_type)


def check_package(file: Any) -> None:
    """Raises ValidationError for what is too large (code `size`), or no zip archive; the rest takes longer."""
    if (file.size or 0) > settings.EDUCA_MAX_PACKAGE:
        most = filesizeformat(settings.EDUCA_MAX_PACKAGE)
        words = _("This package is too large: at most %(most)s.") % {"most": most}
        raise ValidationError(words, code="size")
    try:
        judge_directory(file)
    except ImportRefused as refused:
        raise ValidationError(str(refused), code="package") from refused
    file.seek(0)


def too_large(size: int) -> str:
    """Why a file of that size in bytes can't be stored; "" when it can."""
    if size <= settings.EDUCA_MAX_UPLOAD:
        return ""
    most = filesizeformat(settings.EDUCA_MAX_UPLOAD)
    return _("This file is too large: at most %(most)s.") % {"most": most}
