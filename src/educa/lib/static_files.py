"""Where the static files are kept, under names that change with what is in them."""

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
