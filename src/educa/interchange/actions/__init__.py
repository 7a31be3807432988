"""Steps over several models: one function per verb."""

from educa.interchange.actions.importing import import_package
from educa.interchange.actions.transferring import (
    TooMany,
    ask_for_export,
    ask_for_import,
    carry_out,
    clean_up,
    go_on_with,
)
from educa.interchange.refusal import ImportRefused

__all__ = [
    "ImportRefused",
    "TooMany",
    "ask_for_export",
    "ask_for_import",
    "carry_out",
    "clean_up",
    "go_on_with",
    "import_package",
]
