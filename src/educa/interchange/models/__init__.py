"""What is remembered of packages, and the transfers that bring them in and out."""

from educa.interchange.models.imported import (
    ImportedAttachment,
    ImportedContent,
    ImportedCourse,
    ImportedModule,
    ImportedPart,
)
from educa.interchange.models.transfer import Transfer

__all__ = [
    "ImportedAttachment",
    "ImportedContent",
    "ImportedCourse",
    "ImportedModule",
    "ImportedPart",
    "Transfer",
]
