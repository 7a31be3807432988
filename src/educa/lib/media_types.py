"""Media types in the words of people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from educa.lib.uploads import OFFICE

WORDS: dict[str, Promise] = {
    "application/pdf": _("PDF document"),
    f"{OFFICE}.wordprocessingml.document": _("Word document"),
    "application/msword": _("Word document"),
    f"{OFFICE}.spreadsheetml.sheet": _("Excel spreadsheet"),
    "application/vnd.ms-excel": _("Excel spreadsheet"),
    f"{OFFICE}.presentationml.presentation": _("PowerPoint presentation"),
    "application/vnd.ms-powerpoint": _("PowerPoint presentation"),
    "application/vnd.oasis.opendocument.text": _("OpenDocument text"),
    "application/vnd.oasis.opendocument.spreadsheet": _("OpenDocument spreadsheet"),
    "application/vnd.oasis.opendocument.presentation": _("OpenDocument presentation"),
    "application/rtf": _("Formatted text (RTF)"),
    "application/epub+zip": _("E-book (EPUB)"),
    "application/zip": _("ZIP archive"),
    "application/json": _("JSON data"),
    "text/plain": _("Text file"),
    "text/markdown": _("Markdown text"),
    "text/csv": _("Table (CSV)"),
    "text/tab-separated-values": _("Table (TSV)"),
    "text/calendar": _("Calendar"),
    "text/vtt": _("Captions"),
    "audio/midi": _("Notes of music (MIDI)"),
    "image": _("Picture"),
    "video": _("Video"),
    "audio": _("Sound recording"),
}
UNKNOWN: Promise = _("File")


def in_words(media_type: str) -> Promise:
    """What a file of that type is called, by the whole type or by its first half."""
    return WORDS.get(media_type) or WORDS.get(media_type.partition("/")[0]) or UNKNOWN
