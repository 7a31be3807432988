"""Stored pictures, each with smaller ones for small screens."""

from educa.lib.files import StoredFileField


class PictureField(StoredFileField):
    """A stored file that, where it is a picture, has smaller renditions beside it."""
