"""One package, written from the first byte to the last."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from educa.courses.kinds.base import ItemBase
from educa.courses.models import Course, Video
from educa.interchange.archive import CHUNK, MAX_ENTRIES
from educa.interchange.packing.inventory import (
    Inventory,
    PackedContent,
    PackedFile,
    full_items,
    take_inventory,
)
from educa.interchange.packing.manifest import NAME, write_link, write_manifest
from educa.interchange.packing.pages import Pages
from educa.interchange.packing.telling import write_exact
from educa.interchange.plan import Progress
from educa.lib.zipping import Zip


def write_package(course: Course, path: Path, progress: Progress) -> dict[str, Any]:
    """Write the course as a package, which is there when it is whole; say what is in it.

    Memory does not grow with the files, nor with all texts together.
    """
    inventory = take_inventory(course)
    with Zip(path) as zipped:
        packing = Packing(zipped, inventory, progress)
        packing.pack()
        if zipped.count > MAX_ENTRIES:
            inventory.warnings.append(
                _("It has %(count)s files. Educa itself reads packages of at most %(most)s.")
                % {"count": zipped.count, "most": MAX_ENTRIES}
            )
        return {
            "modules": len(inventory.modules),
            "contents": len(inventory.contents),
            "files": zipped.count,
            "warnings": inventory.warnings,
        }


class Packing:
    """Writes what an inventory lists."""

    def __init__(self, zipped: Zip, inventory: Inventory, progress: Progress) -> None:
        self.zipped, self.inventory, self.progress = zipped, inventory, progress
        self.total = sum(file.size for file in inventory.files())
        self.done = 0
        self.written: set[str] = set()

    def pack(self) -> None:
        """The manifest comes last, when it is known what could be written."""
        self.progress(_("Packing"), 0, self.total)
        for file in self.inventory.files():
            self._file(file)
        own = write_exact(self.zipped, self.inventory)
        # A link may have no other files in a cartridge, but its captions are kept for us.
        own += [path for c in self.inventory.contents if c.is_link for path in c.paths]
        pages = Pages(self.inventory)
        for content, item in full_items(self.inventory.contents):
            self._content(pages, content, item)
        with self.zipped.entry(NAME) as out:
            write_manifest(out, self.inventory, self.written, own)

    def _file(self, file: PackedFile) -> None:
        with (
            file.storage.open(file.stored) as source,
            self.zipped.entry(file.path, file.size) as out,
        ):
            for chunk in source.chunks(CHUNK):
                out.write(chunk)
                self.done += len(chunk)
                self.progress(_("Packing"), self.done, self.total)

    def _content(self, pages: Pages, content: PackedContent, item: ItemBase) -> None:
        """The file that stands for a content in other systems."""
        if content.is_link and isinstance(item, Video):
            with self.zipped.entry(content.path) as out:
                write_link(out, item.title, item.url)
        elif not content.is_file:
            self.zipped.write(content.path, pages.page(content, item))
        self.written.add(content.key)
        self.progress(_("Packing"), self.done, self.total)
