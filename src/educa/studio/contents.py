"""Contents as the lists of the studio show them: kind, title, and the page on which each is edited."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Content
from educa.courses.models.content import ContentQuerySet


@dataclass(frozen=True)
class Row:
    """One content in a list."""

    content: Content
    kind: Kind

    @property
    def title(self) -> str:
        return str(self.content.shown_title)

    @property
    def url(self) -> str:
        """The page on which the content is edited."""
        return edit_url(self.content, self.kind)


def edit_url(content: Content, kind: Kind) -> str:
    """The page on which a content of that kind is edited."""
    place = [content.module_id, kind.name, content.object_id]
    return reverse("module_content_update", args=place)


def of_known_kinds(contents: ContentQuerySet) -> ContentQuerySet:
    """Without those whose kind is no longer installed."""
    return contents.filter(content_type__in=[kind.content_type().pk for kind in kinds()])


def rows_of(contents: ContentQuerySet) -> list[Row]:
    """Contents of known kinds in a list, with their titles, in one statement.

    A content whose item is gone is left out, as outlines leave it out.
    """
    by_key = {kind.content_type().pk: kind for kind in kinds()}
    found = contents.with_titles()
    return [
        Row(content, by_key[content.content_type_id])
        for content in found
        if content.shown_title is not None
    ]


def neighbors_of(content: Content) -> tuple[Row | None, Row | None]:
    """The contents before and after this one in the course, in reading order."""
    rows = of_known_kinds(Content.objects.filter(module__course=content.module.course_id))
    module, place = content.module.order, content.order
    before = Q(module__order__lt=module) | Q(module__order=module, order__lt=place)
    after = Q(module__order__gt=module) | Q(module__order=module, order__gt=place)
    return (
        _first(rows.filter(before).order_by("-module__order", "-order")),
        _first(rows.filter(after).order_by("module__order", "order")),
    )


def _first(contents: ContentQuerySet) -> Row | None:
    return next(iter(rows_of(contents[:1])), None)
