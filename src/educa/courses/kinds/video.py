"""Video: a link to a known host, or a file that plays in the page, with caption tracks."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.completing import CompletedBy
from educa.courses.kinds.findings import NO_CAPTIONS, ItemFinding
from educa.courses.kinds.registry import register
from educa.courses.kinds.uploading import MediaFormMixin
from educa.lib.copying import copy_rows
from educa.lib.durations import duration_of
from educa.lib.embeds import Embed, embed_for
from educa.lib.files import SavedWhole, StoredFileField, is_fresh
from educa.lib.storage import random_name
from educa.lib.uploads import AUDIO, PLAYABLE, VIDEO, media_type_of
from educa.lib.webvtt import checked_captions, words_of_captions

if TYPE_CHECKING:
    from educa.accounts.models import User


def video_name(item: "Video", name: str) -> str:
    """Where the bytes of a video are kept."""
    return random_name("video", name)


def captions_name(track: "CaptionTrack", name: str) -> str:
    """Where a caption track is kept."""
    return random_name("captions", "captions.vtt")


def check_video_url(url: str) -> None:
    """Raises ValidationError for a link whose host can't be shown in a page."""
    if embed_for(url, settings.EDUCA_VIDEO_HOSTS) is None:
        names = ", ".join(host.name for host in settings.EDUCA_VIDEO_HOSTS)
        raise ValidationError(
            _("This is not a link to a video of a known host: %(names)s."),
            params={"names": names},
            code="host",
        )


def playable_type_of(file: Any, name: str) -> str:
    """The media type of a file that a browser plays. Raises ValidationError for any other."""
    media_type = media_type_of(file, name)
    if media_type not in PLAYABLE:
        raise ValidationError(_("A browser can't play this file."), code="playable")
    return media_type


class LinkField(models.URLField[str, str]):
    """A URL whose form takes an address typed without its scheme as an https one."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class Video(ItemBase):
    """A video behind a link, or an uploaded one: never both, never neither.

    Duration in seconds, size in bytes.
    """

    url = LinkField(_("link"), blank=True, max_length=500, validators=[check_video_url])
    file = StoredFileField(_("file"), upload_to=video_name, blank=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False)
    duration = models.PositiveIntegerField(
        _("duration"), null=True, blank=True, help_text=_("In seconds.")
    )

    upload_types = tuple(PLAYABLE)
    shown_with = ("tracks",)
    shows_its_fields = True

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(url="") ^ models.Q(file=""), name="video_is_a_link_or_a_file"
            )
        ]

    def clean(self) -> None:
        if bool(self.url) == bool(self.file):
            raise ValidationError(_("Give a link or a file, one of the two."), code="link_or_file")

    def validate_constraints(self, exclude: Iterable[str] | None = None) -> None:
        """Without the one that `clean` has words for."""
        super().validate_constraints({*(exclude or ()), "url"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file is judged by its bytes, and its length read from them where it says one.

        Raises ValidationError for one that can't be played.
        """
        if is_fresh(self.file):
            self.media_type = playable_type_of(self.file.file, str(self.file.name))
            self.size = self.file.size
            self._measure()
        super().save(*args, **kwargs)

    def _measure(self) -> None:
        """What an author has said of the length holds for the file that it was said with."""
        if self.duration is None or self.pk is not None:
            self.duration = duration_of(self.file.file, self.media_type)

    def search_text(self) -> str:
        """What is said in it, as far as there are captions, in all their languages."""
        return "\n".join(track.words for track in self.tracks.all())

    @property
    def embed(self) -> Embed | None:
        return embed_for(self.url, settings.EDUCA_VIDEO_HOSTS) if self.url else None

    @property
    def file_url(self) -> str:
        return reverse("media", args=[self.file.name]) if self.file else ""

    @property
    def completed_by(self) -> CompletedBy:
        """What was played of a linked video is known to its host alone."""
        return CompletedBy.WATCHING if self.file else CompletedBy.HAND

    @property
    def is_audio(self) -> bool:
        return self.media_type in AUDIO.values()

    @classmethod
    def copy_all(cls, items: Sequence[Self], *, owner: "User") -> list[Self]:
        """The captions go with their videos."""
        copies = super().copy_all(items, owner=owner)
        copy_of = {item.pk: copy.pk for item, copy in zip(items, copies, strict=True)}
        tracks = list(CaptionTrack.objects.filter(video__in=copy_of))
        copy_rows(tracks, lambda track: {"video_id": copy_of[track.video_id]})
        return copies

    @classmethod
    def findings(cls, items: models.QuerySet[Self]) -> Iterable[ItemFinding]:
        """Uploaded films without captions; those behind a link have what their host gives them."""
        silent = items.filter(media_type__in=VIDEO.values(), tracks=None)
        return (ItemFinding(pk, NO_CAPTIONS) for pk in silent.values_list("pk", flat=True))


class CaptionTrack(SavedWhole):
    """The words of a video in one language, as WebVTT."""

    video = models.ForeignKey(
        Video, on_delete=models.CASCADE, related_name="tracks", verbose_name=_("video")
    )
    language = models.CharField(
        _("language"), max_length=35, help_text=_("A code such as “en” (BCP 47).")
    )
    label = models.CharField(_("label"), max_length=100)
    file = StoredFileField(_("captions"), upload_to=captions_name)

    class Meta:
        ordering = ["language"]
        verbose_name = _("caption track")
        verbose_name_plural = _("caption tracks")
        constraints = [
            models.UniqueConstraint(
                fields=["video", "language"], name="one_caption_track_per_language"
            )
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if is_fresh(self.file):
            checked_captions(self.file.read())
            self.file.seek(0)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError for a file that is no WebVTT."""
        self.clean()
        super().save(*args, **kwargs)

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """The video says something else now."""
        super().save_base(*args, **kwargs)
        self.video.forget_words()

    @property
    def words(self) -> str:
        """What is said; nothing, where the storage has lost the file."""
        try:
            with self.file.open("rb") as file:
                return words_of_captions(file.read())
        except (OSError, ValidationError):
            return ""

    @property
    def url(self) -> str:
        return reverse("media", args=[self.file.name])


class VideoForm(MediaFormMixin, forms.ModelForm[Video]):
    class Meta:
        model = Video
        fields = ["title", "url", "file"]

    def clean_file(self) -> Any:
        file = super().clean_file()
        if isinstance(file, UploadedFile):
            playable_type_of(file, file.name or "")
        return file


register(Video, VideoForm, icon="video", place=30)
