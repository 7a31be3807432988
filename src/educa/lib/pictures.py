"""Stored pictures, each with smaller ones for small screens."""

from os import PathLike

from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import FieldFile

from educa.lib.files import StoredFileField, is_fresh
from educa.lib.renditions import renditions_of, sized_name
from educa.lib.shrinking import Shrunk, shrink


class PictureFile(FieldFile):
    """A stored file; while it waits to be stored, with what was made of it if it is a still picture."""

    shrunk: Shrunk | None = None


class PictureField(StoredFileField):
    """A stored file that, where it is a still picture, has smaller renditions beside it.

    Any other file is just stored. The names are those of `educa.lib.renditions`.
    """

    attr_class = PictureFile

    def prepare(self, instance: models.Model) -> None:
        """Shrink a fresh picture. Raises what Pillow does for one that can be read and not written."""
        file: PictureFile = getattr(instance, self.attname)
        if file.shrunk is None and is_fresh(file):
            file.shrunk = shrink(file.file)

    def generate_filename(self, instance: models.Model, filename: str | PathLike[str]) -> str:
        """The name says how large the picture is."""
        name = super().generate_filename(instance, filename)
        shrunk = getattr(instance, self.attname).shrunk
        return sized_name(name, shrunk.size) if shrunk else name

    def names_of(self, name: str) -> list[str]:
        """The picture and its renditions."""
        return [name, *renditions_of(name).values()]

    def write_beside(self, file: FieldFile) -> None:
        """Store the renditions, but none that is longer than the picture itself."""
        if not isinstance(file, PictureFile) or file.shrunk is None:
            return
        renditions = file.shrunk.renditions
        for width, name in renditions_of(str(file.name)).items():
            if len(renditions[width]) < file.size:
                file.storage.save(name, ContentFile(renditions[width]))
        file.shrunk = None
