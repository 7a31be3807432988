"""What an uploaded file really is: judged by its bytes, never by what it says of itself."""

import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image

from educa.lib.metadata import WITHOUT_NOTES

MAX_PIXELS = 40_000_000
MAX_FRAMES = 1_000
MAX_NAME = 150  # characters, so that any file system takes the name in UTF-8
HEAD = 4096  # bytes that are enough to know a type by
MAX_DIRECTORY = 2 * 2**20  # bytes that name the entries of an archive: some 20,000 of them
# What Pillow calls the parts of a picture that tell of place and camera, or say anything in words.
TELLING = frozenset({
    "exif", "XML:com.adobe.xmp", "xmp", "photoshop", "comment",
    "Raw profile type exif", "Raw profile type APP1", "Raw profile type xmp",
})  # fmt: skip
# The segments of a JPEG that its colors need: JFIF, a color profile, Adobe's transform (ITU T.872).
PLAIN_SEGMENTS = frozenset({"APP0", "APP2", "APP14"})
ORIENTATION = 0x0112  # the Exif tag that says which way is up
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip

PICTURES = {"PNG": ("image/png", ".png"), "JPEG": ("image/jpeg", ".jpg"),
            "GIF": ("image/gif", ".gif"), "WEBP": ("image/webp", ".webp")}  # fmt: skip
OFFICE = "application/vnd.openxmlformats-officedocument"
ZIPPED = {
    ".zip": "application/zip",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{OFFICE}.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".epub": "application/epub+zip",
}
COMPOUND = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
# Shown to readers as text or offered for saving; a browser runs none of them.
PLAIN = {
    ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".tsv": "text/tab-separated-values",
    ".vtt": "text/vtt", ".srt": "text/plain", ".py": "text/plain", ".ipynb": "application/json",
    ".json": "application/json", ".tex": "text/plain", ".bib": "text/plain", ".r": "text/plain",
    ".c": "text/plain", ".h": "text/plain", ".cpp": "text/plain", ".java": "text/plain",
    ".sql": "text/plain", ".yaml": "text/plain", ".yml": "text/plain", ".toml": "text/plain",
    ".ics": "text/calendar", ".rtf": "application/rtf", ".log": "text/plain", ".ly": "text/plain",
}  # fmt: skip
VIDEO = {".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm"}
AUDIO = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".wav": "audio/wav"}
PLAYABLE = frozenset({*VIDEO.values(), *AUDIO.values()})  # by a browser, in a page
MEDIA_TYPES: dict[str, str] = {
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".gif": "image/gif", ".webp": "image/webp", ".mid": "audio/midi",
    **ZIPPED, **COMPOUND, **PLAIN, **VIDEO, **AUDIO,
}  # fmt: skip
# What a browser may show inside a page; everything else is offered for saving.
INLINE = {
    "application/pdf",
    "text/vtt",
    *(t for t in MEDIA_TYPES.values() if t[:5] in {"image", "video", "audio"}),
}


@dataclass(frozen=True)
class Picture:
    """A picture that was decoded to be sure: its bytes without place and camera, its size in pixels."""

    file: File[Any]
    width: int
    height: int


def media_type_of(file: IO[bytes] | File[Any], name: str) -> str:
    """The media type of bytes that are what the ending of `name` says.

    Raises ValidationError for an ending that is not on the list or bytes that do not fit it.
    """
    expected = media_type_named(name)
    ending = _ending(name)
    file.seek(0)
    head = file.read(HEAD)
    fits = _fits(ending, head) and not (ending in ZIPPED and _has_macros(file))
    file.seek(0)
    if not fits:
        raise ValidationError(
            _("This is not a %(ending)s file: its contents are something else."),
            code="contents",
            params={"ending": ending},
        )
    return expected


def media_type_named(name: str) -> str:
    """The media type that a file of this name has to be of.

    Raises ValidationError for an ending that is not on the list.
    """
    ending = _ending(name)
    if ending not in MEDIA_TYPES:
        raise ValidationError(
            _("Files of the kind “%(ending)s” can't be uploaded. Put it into a .zip file."),
            code="ending",
            params={"ending": ending or name},
        )
    return MEDIA_TYPES[ending]


def _ending(name: str) -> str:
    return PurePath(name.rstrip(". ")).suffix.lower()


FRAME_SYNC = 0xFFE0  # the eleven set bits that begin a frame of MPEG audio (ISO 11172-3, 2.4.1.3)


def _fits(ending: str, head: bytes) -> bool:
    if ending in PLAIN:
        captions = head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
        return _is_text(head) and (ending != ".vtt" or captions)
    offset, signatures = SIGNATURES[ending]
    return head[offset:].startswith(signatures) and (ending != ".mp3" or _is_mp3(head))


def _is_mp3(head: bytes) -> bool:
    return head.startswith(b"ID3") or int.from_bytes(head[:2]) & FRAME_SYNC == FRAME_SYNC


# Where in the file, and which bytes, tell its type.
SIGNATURES: dict[str, tuple[int, tuple[bytes, ...]]] = {
    **dict.fromkeys(ZIPPED, (0, (b"PK\x03\x04", b"PK\x05\x06"))),
    **dict.fromkeys(COMPOUND, (0, (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",))),
    **dict.fromkeys([".mp4", ".m4v", ".m4a"], (4, (b"ftyp",))),
    ".gif": (0, (b"GIF87a", b"GIF89a")),
    ".jpeg": (0, (b"\xff\xd8\xff",)),
    ".jpg": (0, (b"\xff\xd8\xff",)),
    ".mid": (0, (b"MThd",)),
    ".mp3": (0, (b"ID3", b"\xff")),
    ".ogg": (0, (b"OggS",)),
    ".pdf": (0, (b"%PDF-",)),
    ".png": (0, (b"\x89PNG\r\n\x1a\n",)),
    ".wav": (8, (b"WAVE",)),
    ".webm": (0, (b"\x1a\x45\xdf\xa3",)),
    ".webp": (8, (b"WEBP",)),
}


CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def _is_text(head: bytes) -> bool:
    return CONTROLS.isdisjoint(head)


class _Sparing:
    """A file that is read in small pieces only: a directory that claims to be huge is not read."""

    def __init__(self, file: IO[bytes] | File[Any]) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def read(self, size: int = -1) -> bytes:
        """As of any file. Raises BadZipFile for more than `MAX_DIRECTORY` bytes."""
        if size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("too many entries")
        data: bytes = self._read(size)
        return data


def _has_macros(file: IO[bytes] | File[Any]) -> bool:
    file.seek(0)
    try:
        with zipfile.ZipFile(_Sparing(file)) as archive:
            return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return True  # what can't be looked into is not let in


def checked_picture(file: File[Any]) -> Picture:
    """Decode a picture wholly, and take out what it tells of the place where it was taken.

    Raises ValidationError for anything but a whole PNG, JPEG, GIF or WebP of at most 40 megapixels.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=list(PICTURES)) as image:
            _bound(image)
            image.load()
            # A JPEG with more pictures behind it, as telephones make them, calls itself MPO.
            kind = "JPEG" if image.format == "MPO" else str(image.format)
            ending = PICTURES[kind][1]
            named = File(file, name=str(PurePath(file.name or "picture").with_suffix(ending)))
            if image.format == kind and not _tells(image):
                file.seek(0)
                return Picture(named, image.width, image.height)
            if getattr(image, "is_animated", False) and kind in WITHOUT_NOTES:
                return _still_moving(image, kind, named)
            return _without_exif(image, kind, str(named.name))
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception as error:  # Pillow trips over damaged bytes in every way there is
        raise ValidationError(
            _("This is not a whole PNG, JPEG, GIF or WebP picture."), code="picture"
        ) from error


def _bound(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    if getattr(image, "n_frames", 1) > MAX_FRAMES:
        raise ValidationError(_("This picture has too many frames."), code="frames")


def _too_large() -> ValidationError:
    return ValidationError(
        _("This picture is too large: at most %(most)s megapixels."),
        code="pixels",
        params={"most": MAX_PIXELS // 1_000_000},
    )


def _tells(image: Image.Image) -> bool:
    """Whether there is more in the file than a picture."""
    segments = {name for name, _data in getattr(image, "applist", [])}
    # A comment can't be taken out of a GIF without stopping it; it tells of no place.
    noted = image.info.keys() & TELLING - ({"comment"} if image.format == "GIF" else set())
    words = getattr(image, "text", None)
    return bool(image.getexif() or noted or segments - PLAIN_SEGMENTS or words)


def _still_moving(image: Image.Image, kind: str, file: File[Any]) -> Picture:
    """The same frames without the notes. Raises ValueError when they came apart."""
    file.seek(0)
    data = WITHOUT_NOTES[kind](file.read())
    with Image.open(BytesIO(data), formats=[kind]) as cleaned:
        cleaned.load()
        same = (cleaned.size, cleaned.n_frames) == (image.size, image.n_frames)  # type: ignore[attr-defined] # both move
        if not same or _tells(cleaned):
            raise ValueError("the notes could not be taken out")
    return Picture(ContentFile(data, name=file.name), image.width, image.height)


def _without_exif(image: Image.Image, kind: str, name: str) -> Picture:
    # ImageOps.exif_transpose would write the Exif data anew, and damaged data can't be written.
    turn = UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    upright = image.copy() if turn is None else image.transpose(turn)
    for key in TELLING:
        upright.info.pop(key, None)
    out = BytesIO()
    upright.save(out, kind, exif=b"", quality=92, icc_profile=image.info.get("icc_profile"))
    return Picture(ContentFile(out.getvalue(), name=name), upright.width, upright.height)


def shown_name(name: str) -> str:
    """A file's name as people see it: no folders, no controls, no marks that turn the text around."""
    bare = PurePath(name.replace("\\", "/")).name
    kept = "".join(
        c for c in unicodedata.normalize("NFC", bare) if unicodedata.category(c)[0] != "C"
    )
    stem, ending = PurePath(kept).stem, PurePath(kept).suffix[:20]
    return f"{stem[: MAX_NAME - len(ending)]}{ending}".strip() or "file"
