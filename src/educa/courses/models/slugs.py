"""The words by which courses and subjects stand in addresses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

# Words that stand in the place of a course's slug in some URL.
RESERVED_SLUGS = (
    "api",
    "content",
    "create",
    "edit",
    "import",
    "mine",
    "module",
    "new",
    "search",
    "subject",
    "trash",
)
SLUG_LENGTH = 200


def free_slug(rows: "models.QuerySet[Any]", title: str, fallback: str) -> str:
    """A slug made from the title that none of the rows has, and that no URL needs for itself."""
    base = slugify(title)[: SLUG_LENGTH - 6].strip("-") or fallback
    taken = {*RESERVED_SLUGS, *rows.filter(slug__startswith=base).values_list("slug", flat=True)}
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def refuse_reserved_slug(slug: str) -> None:
    """Raises ValidationError for a slug that is a word of the URLs."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is used by the site itself."), code="reserved", params={"slug": slug}
        )
