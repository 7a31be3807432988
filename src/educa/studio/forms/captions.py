"""Captions for a video: WebVTT, or SubRip, which becomes WebVTT."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from educa.courses.models import CaptionTrack, Video
from educa.lib.webvtt import MAX_BYTES, checked_captions, from_subrip

TAKEN = _("This video has captions in that language. Delete them first.")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # the usual ones of BCP 47


class CaptionTrackForm(forms.ModelForm[CaptionTrack]):
    """One more language for a video; without a label it is called by the language's own name."""

    class Meta:
        model = CaptionTrack
        fields = ["language", "label", "file"]
        help_texts = {
            "label": _("What viewers choose by; if you leave it out, the language’s own name."),
            "file": _("WebVTT (.vtt) or SubRip (.srt), in UTF-8."),
        }
        widgets = {
            "language": forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
            "file": forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
        }

    def __init__(self, data: Any = None, files: Any = None, *, video: Video | None = None) -> None:
        # Ids of their own, for the form of the video stands on the same page.
        super().__init__(data, files, instance=CaptionTrack(video=video), auto_id="captions_%s")
        self.fields["label"].required = False

    def clean_language(self) -> str:
        """A code, and one that no track of the video has."""
        language: str = self.cleaned_data["language"]
        if not LANGUAGE.fullmatch(language):
            raise ValidationError(_("This is no code of a language."), code="language")
        video = self.instance.video
        if CaptionTrack.objects.filter(video=video, language__iexact=language).exists():
            raise ValidationError(TAKEN, code="taken")
        return language

    def clean_label(self) -> str:
        """What viewers choose by."""
        label: str = self.cleaned_data["label"]
        return label or own_name_of(self.cleaned_data.get("language", ""))

    def clean_file(self) -> Any:
        """The captions as WebVTT in UTF-8."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        text = checked_captions(_as_webvtt(file.read(MAX_BYTES + 1)))
        return ContentFile(text.encode(), name="captions.vtt")


def _as_webvtt(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data  # to be refused with a reason
    return from_subrip(text).encode()


def own_name_of(language: str) -> str:
    """What speakers call a language; its code where that is not known."""
    try:
        return str(capfirst(get_language_info(language.lower())["name_local"]))
    except KeyError:
        return language
