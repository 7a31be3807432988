"""Files of courses: each request asks the same querysets as the pages."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
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
    named = Attachment.objects.filter(file=name)
    attachment = named.visible_to(user).first()
    if attachment is None:
        return None
    is_public = named.in_overviews().filter(course__in=Course.objects.published()).exists()
    return Media(name, attachment.name, is_public)


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
        response = _sent_by_proxy(media) if settings.EDUCA_ACCEL_REDIRECT else _sent(request, media)
    except (FileNotFoundError, IsADirectoryError):
        if media.original:
            return media_response(request, media.original)
        raise Http404 from None
    media_type = media.media_type
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


def _sent(request: HttpRequest, media: Media) -> HttpResponseBase:
    size = default_storage.size(media.name)
    file = default_storage.open(media.name)
    return file_response(request, file, size, media.media_type, PurePath(media.name).stem)


def _sent_by_proxy(media: Media) -> HttpResponse:
    """No bytes, but word to the proxy which file to send; parts and what the client has are its business."""
    if not Path(default_storage.path(media.name)).is_file():
        raise FileNotFoundError(media.name)
    place = settings.EDUCA_ACCEL_REDIRECT + quote(media.name)
    return HttpResponse(content_type=media.media_type, headers={"X-Accel-Redirect": place})
