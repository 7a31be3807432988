"""Rows that have a place among their siblings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)


class OrderField(models.PositiveIntegerField[Any, Any]):
    """A row's place among the rows that have the same values in `for_fields`.

    A value that is given is kept, 0 too. Without one the row comes last: the highest place plus
    one, or 0 for the first. A row whose `for_fields` have changed comes last among its new siblings.
    Gaps are allowed. The models that use it derive from `Ordered`, whose `save` holds the lock under
    which the place is taken.
    """

    def __init__(self, *args: Any, for_fields: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        self.for_fields = list(for_fields)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "for_fields": self.for_fields}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's
        using = router.db_for_write(type(model_instance), instance=model_instance)
        if getattr(model_instance, self.attname) is None or (
            not add and self._has_moved(model_instance, using)
        ):
            self.lock_siblings(model_instance, using)
            setattr(model_instance, self.attname, self.next_place(model_instance, using))
        return super().pre_save(model_instance, add)

    def siblings_key(self, instance: models.Model) -> tuple[Any, ...]:
        """The values that siblings share."""
        return tuple(getattr(instance, self._attname(name)) for name in self.for_fields)

    def next_place(self, instance: models.Model, using: str) -> int:
        """The place after the last of the siblings that the database has."""
        key = dict(zip(self.for_fields, self.siblings_key(instance), strict=True))
        rows = self.model._base_manager.using(using).filter(**key)
        highest = rows.aggregate(highest=models.Max(self.attname))["highest"]
        return 0 if highest is None else highest + 1

    def lock_siblings(self, instance: models.Model, using: str) -> None:
        """Let nobody else take a place among these siblings before the transaction ends.

        On SQLite the transaction itself (IMMEDIATE) is that lock; elsewhere it is the parents' rows.
        """
        for name in self.for_fields:
            field = self.model._meta.get_field(name)
            parent = field.related_model
            if isinstance(parent, type) and issubclass(parent, models.Model):
                rows = parent._base_manager.using(using).filter(
                    pk=getattr(instance, self._attname(name))
                )
                # list() runs the query; no_key lets others keep adding rows that refer to the parent.
                list(rows.select_for_update(no_key=True).order_by().values_list("pk"))

    def _attname(self, name: str) -> str:
        return str(getattr(self.model._meta.get_field(name), "attname", name))

    def _has_moved(self, instance: models.Model, using: str) -> bool:
        names = [self._attname(name) for name in self.for_fields]
        rows = self.model._base_manager.using(using).filter(pk=instance.pk)
        stored = rows.values_list(*names).first()
        return bool(names) and stored is not None and stored != self.siblings_key(instance)


BATCH = 500  # rows that one statement gives their places
RUNS = 16  # more runs of rows than this are not worth a statement each


def arrange(rows: "models.QuerySet[Any]", keys: Sequence[int]) -> None:
    """Give siblings the places 0, 1, 2 ... in the order of `keys`, which names each of them once.

    To be called while the lock on their parent is held. Only the stretch from the first row whose place
    changes to the last is written: it first goes beyond every place in use, since no two rows may ever
    share one, and comes back from there.
    """
    now = dict(rows.order_by("order").values_list("pk", "order"))
    places = {key: place for place, key in enumerate(keys)}
    moved = [now[key] for key in keys if now[key] != places[key]]
    if not moved:
        return
    first, last = min(moved), max(moved)
    beyond = max(len(keys), *now.values()) + 1
    rows.filter(order__range=(first, last)).update(order=models.F("order") + beyond)
    stretch = {key: place for key, place in now.items() if first <= place <= last}
    runs = _runs(stretch, places)
    if len(runs) <= RUNS:
        _bring_runs_back(rows, runs, beyond)
    else:
        _bring_back(rows, {key: places[key] for key in stretch})


@dataclass
class _Run:
    """Rows that follow each other and whose places all change by as much."""

    first: int
    last: int
    change: int


def _runs(now: dict[int, int], places: dict[int, int]) -> list[_Run]:
    """The rows of `now`, which gives their places in order, as few runs as they fall into."""
    runs: list[_Run] = []
    for key, place in now.items():
        change = places[key] - place
        if runs and runs[-1].change == change:
            runs[-1].last = place
        else:
            runs.append(_Run(place, place, change))
    return runs


def _bring_runs_back(rows: "models.QuerySet[Any]", runs: list[_Run], beyond: int) -> None:
    for run in runs:
        here = rows.filter(order__range=(run.first + beyond, run.last + beyond))
        here.update(order=models.F("order") - (beyond - run.change))


def _bring_back(rows: "models.QuerySet[Any]", places: dict[int, int]) -> None:
    for start in range(0, len(places), BATCH):
        batch = dict(list(places.items())[start : start + BATCH])
        rows.filter(pk__in=list(batch)).update(order=_PlaceOf(batch))


class _PlaceOf(models.Func):
    """The place that a row has in a dictionary, by its key.

    Django's `Case` says the same, and takes a second to put together for some thousand rows.
    """

    def __init__(self, places: dict[int, int]) -> None:
        super().__init__(models.F("pk"), output_field=models.PositiveIntegerField())
        self.places = places

    def as_sql(
        self, compiler: "SQLCompiler", connection: BaseDatabaseWrapper, *args: Any, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        key, _none = compiler.compile(self.source_expressions[0])
        values = tuple(value for pair in self.places.items() for value in pair)
        return f"CASE {key} {'WHEN %s THEN %s ' * len(self.places)}END", values


class OrderedQuerySet(models.QuerySet[M]):
    """A queryset that gives rows made in bulk each a place of their own."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """As Django's, with places for those that have none, in the order of the list."""
        rows = list(objs)
        with transaction.atomic(using=self.db):
            for field in self.model._meta.fields:
                if isinstance(field, OrderField):
                    self._place(field, rows)
            return super().bulk_create(rows, *args, **kwargs)

    def _place(self, field: OrderField, rows: list[M]) -> None:
        families: dict[tuple[Any, ...], list[M]] = defaultdict(list)
        for row in rows:
            families[field.siblings_key(row)].append(row)
        # Parents are locked in one order, so that two such calls never wait for each other.
        for _, family in sorted(families.items()):
            unplaced = [row for row in family if getattr(row, field.attname) is None]
            if not unplaced:
                continue
            field.lock_siblings(unplaced[0], self.db)
            places = [getattr(row, field.attname) for row in family]
            given = [place for place in places if place is not None]
            place = max([field.next_place(unplaced[0], self.db), *(value + 1 for value in given)])
            for offset, row in enumerate(unplaced):
                setattr(row, field.attname, place + offset)


class Ordered(models.Model):
    """A base for models with an `OrderField`: saving is one transaction, so that its lock holds.

    Their manager comes from an `OrderedQuerySet`, which knows how to give places in bulk.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            update_fields = self._with_order(set(update_fields))
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            super().save(*args, update_fields=update_fields, **kwargs)

    def _with_order(self, names: set[str]) -> set[str]:
        """A row that moves to another parent changes its place too."""
        for field in self._meta.fields:
            if isinstance(field, OrderField):
                parents = {*field.for_fields, *map(field._attname, field.for_fields)}
                names |= {field.name} if names & parents else set()
        return names
