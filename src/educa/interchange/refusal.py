"""Why a package does not come in."""


class ImportRefused(Exception):
    """A package, or the wish to import it, that can't be granted; its text is one line for people."""
