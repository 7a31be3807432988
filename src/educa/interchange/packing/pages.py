"""The contents of a course as other systems show them: pages, links, and files."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from educa.courses.kinds.base import ItemBase
from educa.courses.models import Image, Text, Video
from educa.interchange.exact.links import WORD
from educa.interchange.packing.inventory import Inventory, PackedContent
from educa.lib.html import is_local, sanitize

# Stands in front of addresses within the package until they are relative: cleaning keeps only what
# begins with a slash.
ROOT = "/package-of-this-course/"


class Pages:
    """Makes the pages of one package."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.places = {content.key: content.path for content in inventory.contents}
        self.files = {
            f"{content.key}/{name}": file.path
            for content in inventory.contents
            for name, file in content.files.items()
        } | {attachment.key: attachment.file.path for attachment in inventory.attachments}
        self.first = {
            module.key: module.contents[0].key for module in inventory.modules if module.contents
        }

    def page(self, content: PackedContent, item: ItemBase) -> bytes:
        """The page of a content, whose links lead to other files of the package."""
        html = sanitize(self._body(content, item), rewrite=self._rewritten)
        # Cleaned, and a player made by `format_html`; only addresses of ours change in it.
        body = mark_safe(html.replace(f'="{ROOT}', '="../') + self._player(content, item))
        return format_html(
            '<!doctype html>\n<html>\n<head><meta charset="utf-8"><title>{}</title></head>\n'
            "<body>\n{}\n</body>\n</html>\n",
            item.title,
            body,
        ).encode()

    def _body(self, content: PackedContent, item: ItemBase) -> str:
        if isinstance(item, Text):
            return item.html
        if isinstance(item, Image):
            caption = (
                format_html("<figcaption>{}</figcaption>", item.caption) if item.caption else ""
            )
            return format_html(
                '<figure><img src="{}" alt="{}">{}</figure>',
                item.image_url,
                item.said_instead,
                caption,
            )
        if isinstance(item, Video):
            return ""
        return item.render()

    def _player(self, content: PackedContent, item: ItemBase) -> SafeString:
        """The player of an uploaded video, which no text may have."""
        file = content.files.get("file")
        if not isinstance(item, Video) or file is None:
            return SafeString()
        # Each made by `format_html`, which escapes.
        tracks = mark_safe(
            "".join(
                format_html(
                    '<track kind="captions" src="../{}" srclang="{}" label="{}">',
                    track.file.path,
                    track.language,
                    track.label,
                )
                for track in content.tracks
            )
        )
        name = "audio" if item.is_audio else "video"
        return format_html('<{} controls src="../{}">{}</{}>', name, file.path, tracks, name)

    def _rewritten(self, address: str) -> str | None:
        told, rest = self.inventory.links.target(address)
        match = WORD.fullmatch(told)
        if match is None:
            return self._elsewhere(address)
        place = self._place(match[1], match[2] or "", match[3] or "")
        return f"{ROOT}{place}{rest}" if place else None

    def _elsewhere(self, address: str) -> str | None:
        """Another page of this site by its whole address, if the site has one."""
        if not is_local(address):
            return address
        return settings.EDUCA_SITE_URL + address if settings.EDUCA_SITE_URL else None

    def _place(self, what: str, which: str, part: str) -> str | None:
        """The path in the package of what is meant, if there is one."""
        if what == "content":
            return self.places.get(which)
        if what == "module":
            return self.places.get(self.first.get(which, ""))
        return self.files.get(f"{which}/{part}" if part else which)
