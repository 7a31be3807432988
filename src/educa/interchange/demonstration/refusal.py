"""Why the demonstration is not loaded or not removed."""


class DemonstrationRefused(Exception):
    """The demonstration can't be loaded or removed; the text is one line for people."""
