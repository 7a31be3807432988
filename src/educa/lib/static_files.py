"""Where the static files are kept, under names that change with what is in them."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "educa/js/*.js"
RELATIVE = (
    r"(?P<matched>(?P<before>^(?:import|export)\b[^\"';]*?\bfrom\s*|^import\s*|\bimport\()"
    r"\"(?P<url>\.{1,2}/[^\"]+)\")"
)


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
