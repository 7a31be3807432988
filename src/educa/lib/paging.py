"""Lists in pages: by numbers where people go to a page, by the row before where a list can be long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from django.utils.functional import cached_property

M = TypeVar("M", bound=Model)


class KeysFirst(Paginator[M]):
    """Numbered pages of a queryset, whose rows are chosen by their keys before anything is counted for them.

    A database works out all that is asked for of a row that it then skips: the counts of a course's card for
    each course of the pages before. So the rows of a page are chosen by key and order alone.
    """

    object_list: QuerySet[M]

    @cached_property
    def count(self) -> int:
        """How many rows there are; asked once."""
        return self.object_list.order_by().values("pk").count()

    def _get_page(self, rows: Any, number: int, paginator: Any) -> Page[M]:
        chosen = self.object_list.filter(pk__in=rows.values("pk"))
        page: Page[M] = super()._get_page(chosen, number, paginator)  # type: ignore[misc] # Django's own hook
        return page


@dataclass(frozen=True)
class Stretch(Generic[M]):
    """Some rows of a list that stand together, and the marks from which the ones around them are asked for.

    A mark is empty where there is nothing on that side.
    """

    rows: list[M]
    before: str
    after: str


def stretch_of(
    rows: QuerySet[M], order: Sequence[str], size: int, asked: Mapping[str, str]
) -> Stretch[M]:
    """So many rows after the mark `after` or before the mark `before` of a request, else the first ones.

    However far down, it costs as much as the first ones, and no row is missed or shown twice because others came or
    went. `order` has names of columns that are never null, with a minus in front for downward, and ends with one that
    no two rows share. A mark that was not given out for this order is none.
    """
    signer = Signer(salt=f"{__name__}.{','.join(order)}")
    upward = [f"-{name}".removeprefix("--") for name in order]
    if after := _said(signer, asked.get("after", "")):
        found = list(rows.filter(_beyond(order, after)).order_by(*order)[: size + 1])
        if found:
            return _stretch(signer, order, found[:size], before=True, after=len(found) > size)
    elif before := _said(signer, asked.get("before", "")):
        found = list(rows.filter(_beyond(upward, before)).order_by(*upward)[: size + 1])
        if len(found) > size:
            return _stretch(signer, order, found[size - 1 :: -1], before=True, after=True)
    found = list(rows.order_by(*order)[: size + 1])
    return _stretch(signer, order, found[:size], before=False, after=len(found) > size)


def _stretch(
    signer: Signer, order: Sequence[str], rows: list[M], *, before: bool, after: bool
) -> Stretch[M]:
    return Stretch(
        rows,
        _mark(signer, order, rows[0]) if before else "",
        _mark(signer, order, rows[-1]) if after else "",
    )


def _mark(signer: Signer, order: Sequence[str], row: Model) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in order]
    said = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return signer.sign_object(said)


def _said(signer: Signer, mark: str) -> list[Any]:
    """The values that a mark holds; none for what is no mark of this list."""
    try:
        return list(signer.unsign_object(mark)) if mark else []
    except BadSignature:
        return []


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows that follow those values in this order; the first column alone is said, too, for an index."""
    found, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column, direction = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        found |= same & Q(**{f"{column}__{direction}": value})
        same &= Q(**{column: value})
    first, direction = order[0].removeprefix("-"), "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{first}__{direction}": values[0]}) & found
