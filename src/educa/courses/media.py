"""Files of courses: each request asks the same querysets as the pages."""

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from educa.courses.kinds.registry import kind_named
from educa.courses.kinds.video import CaptionTrack, Video
from educa.courses.models import Attachment, Content, Course, Viewer
from educa.lib.ranges import file_response
from educa.lib.renditions import original_of
from educa.lib.uploads import INLINE, MEDIA_TYPES

# A page that is made of this file can do nothing; browsers refuse to show a PDF in a sandbox.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'"
UNBOXED = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@dataclass(frozen=True)
class Media:
    """A stored file, the name that readers see, and whether everybody may have it.

    `original` is the picture that this is a smaller one of; it is served where that is not there.
    """

    name: str
    shown_name: str
    is_public: bool = False
    original: "Media | None" = None

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(PurePath(self.name).suffix, "application/octet-stream")


def find_media(user: Viewer, name: str) -> Media | None:
    """The file of that name, if this person may read what it belongs to."""
    picture = original_of(name)
    if picture is None:
        return _find(user, name)
    original = _find(user, picture)
    if original is None:
        return None
    shown_name = f"{PurePath(original.shown_name).stem}.webp"
    return replace(original, name=name, shown_name=shown_name, original=original)


def _find(user: Viewer, name: str) -> Media | None:
    folder, _, rest = name.partition("/")
    if not rest or "\0" in name:
        return None
    if folder == "cover":
        return _cover(user, name)
    if folder == "attachment":
        return _attachment(user, name)
    if folder == "captions":
        return _captions(user, name)
    return _item_file(user, folder, name)


def _cover(user: Viewer, name: str) -> Media | None:
    course = Course.objects.visible_to(user).filter(cover=name).first()
    return Media(name, PurePath(name).name, course.is_published) if course else None


def _attachment(user: Viewer, name: str) -> Media | None:
    attachment = Attachment.objects.readable_by(user).filter(file=name).first()
    return Media(name, attachment.name) if attachment else None


def _captions(user: Viewer, name: str) -> Media | None:
    track = CaptionTrack.objects.filter(file=name).first()
    if track is None or not _is_readable(user, Video, track.video_id):
        return None
    return Media(name, PurePath(name).name)


def _item_file(user: Viewer, folder: str, name: str) -> Media | None:
    kind = kind_named(folder)
    if kind is None or not kind.model.media_fields():
        return None
    condition = Q()
    for field in kind.model.media_fields():
        condition |= Q(**{field: name})
    item = kind.model._base_manager.filter(condition).first()
    if item is None or not _is_readable(user, kind.model, item.pk):
        return None
    return Media(name, getattr(item, "name", "") or PurePath(name).name)


def _is_readable(user: Viewer, model: type[Any], pk: int) -> bool:
    of_item = Content.objects.filter(content_type__app_label=model._meta.app_label, object_id=pk)
    return of_item.filter(content_type__model=model._meta.model_name).readable_by(user).exists()


def media_response(request: HttpRequest, media: Media) -> HttpResponseBase:
    """The bytes, with headers under which a browser runs nothing of them. Raises Http404 when gone."""
    try:
        size = default_storage.size(media.name)
        file = default_storage.open(media.name)
    except (FileNotFoundError, IsADirectoryError):
        if media.original:
            return media_response(request, media.original)
        raise Http404 from None
    media_type = media.media_type
    response = file_response(request, file, size, media_type, PurePath(media.name).stem)
    is_saved = media_type not in INLINE or "download" in request.GET
    response.headers["Content-Disposition"] = str(
        content_disposition_header(is_saved, media.shown_name)
    )
    response.headers["Content-Security-Policy"] = (
        UNBOXED if media_type == "application/pdf" else SANDBOX
    )
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    response.headers["Cache-Control"] = (
        "public, max-age=3600" if media.is_public else "private, no-cache"
    )
    if media_type == "application/pdf":
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
