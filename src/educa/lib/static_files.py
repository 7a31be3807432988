"""Where the static files are kept, under names that change with what is in them."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import brotli
from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

HASHED = r"\.[0-9a-f]{12}\.[^/]+$"  # such a name changes with the content, and may be kept for ever
OURS = "educa/js/*.js"
RELATIVE = (
    r"(?P<matched>(?P<before>^(?:import|export)\b[^\"';]*?\bfrom\s*|^import\s*|\bimport\()"
    r"\"(?P<url>\.{1,2}/[^\"]+)\")"
)
SMALL = 2**17  # bytes of a file that is worth the slowest way to compress
NOT_COMPRESSED = (
    *Compressor.SKIP_COMPRESS_EXTENSIONS,  # what is compressed already
    *("map", "eot"),  # for the tools of developers, and for browsers that are gone
)


class PatientCompressor(Compressor):  # type: ignore[misc]  # no types
    """As WhiteNoise's, for Brotli and gzip; Brotli takes its time for small files only.

    The slowest level saves a tenth more, and takes 3 seconds for a megabyte: it would make a first start
    twice as long for the sake of pages that few open.
    """

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=11 if len(data) <= SMALL else 9))


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """As WhiteNoise's; our scripts import one another by their hashed names, too.

    So a browser keeps a module for ever, and loads it once however it is reached. Django can rewrite
    the imports of every script, but then a word in a comment of somebody else's could break the
    collecting. Modules may not import each other in a circle: no hash could hold the other.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (OURS, ((f"(?m){RELATIVE}", '%(before)s"%(url)s"'),)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002 - Django's
        """The address of a file, which is put together once: a page has many icons, all from one file."""
        if settings.DEBUG or force:
            return str(super().url(name, force))
        if name not in self._addresses:
            self._addresses[name] = super().url(name)
        return self._addresses[name]

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Give the files new names, so that the addresses are others."""
        yield from super().post_process(*args, **kwargs)
        self._addresses.clear()

    def create_compressor(self, **options: object) -> PatientCompressor:
        return PatientCompressor(**options | {"extensions": NOT_COMPRESSED})

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress those that pages name; what has no hash in its name, no page of ours asks for."""
        yield from super().compress_files([path for path in paths if re.search(HASHED, path)])
