"""What is held about people: each app declares it in its `privacy.py`, and nothing else may be held.

A declaration is about one relation between a model and a person. The page "My data", the export, the
erasure and the list in docs/reference/personal-data.md all come from the declarations; `undeclared` finds
what has none, and a test fails then. Apps further down the list of imports so learn of those above.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeGuard, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from educa.lib.files import names_of

Words = str | Promise

BATCH = 500  # rows that are in memory at a time


class Category(Enum):
    """What sort of data it is; pages show them in this order."""

    ACCOUNT = "account"
    LEARNING = "learning"
    TEACHING = "teaching"
    RECORDS = "records"

    @property
    def label(self) -> Words:
        return CATEGORIES[self]


CATEGORIES: dict[Category, Words] = {
    Category.ACCOUNT: _("Your account"),
    Category.LEARNING: _("Learning"),
    Category.TEACHING: _("Teaching"),
    Category.RECORDS: _("Records"),
}


class Basis(Enum):
    """Why the law allows to hold it (GDPR, article 6)."""

    CONTRACT = "contract"
    INTEREST = "interest"

    @property
    def label(self) -> Words:
        return BASES[self]


BASES: dict[Basis, Words] = {
    Basis.CONTRACT: _("Needed for the account that you asked for"),
    Basis.INTEREST: _("Legitimate interest in a site that is safe and in courses that stay whole"),
}


class OnErasure(Enum):
    """What happens to it when the account is deleted."""

    DELETE = "delete"
    ANONYMIZE = "anonymize"
    KEEP = "keep"

    @property
    def label(self) -> Words:
        return ERASURES[self]


ERASURES: dict[OnErasure, Words] = {
    OnErasure.DELETE: _("deleted"),
    OnErasure.ANONYMIZE: _("stays without your name"),
    OnErasure.KEEP: _("stays"),
}


@dataclass(frozen=True)
class Fact:
    """One thing that is told of a row: its key in JSON, its label for readers, and its value.

    The value is text, a number, a boolean, a time, None, or a list or dict of such; `shown` is what readers
    see instead of it.
    """

    key: str
    label: Words
    value: Any
    shown: Any = None

    @property
    def readable(self) -> Any:
        return self.value if self.shown is None else self.shown


@dataclass(frozen=True)
class HeldFile:
    """A file of a person's: the path that it has in an export, and where its bytes are."""

    path: str
    storage: Storage
    name: str
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What rows of a model say about the person that `relation`, a lookup, leads to.

    `name` is its key in exports, `fields` are columns besides the relation that hold personal data.
    `describe` tells of one row, without saying anything of other people. Data that no lookup finds has
    `rows`, a function of the person, instead. What is deleted goes by its rows, and takes its stored
    files along, with those at `paths` beside the storage; what is made anonymous is done by `erase`, or
    by setting the relation to null. `stored` names files in the default storage that go although their rows
    stay. `remark` says in words what is not obvious about the erasure.
    """

    name: str
    model: str
    relation: str = ""
    fields: tuple[str, ...] = ()
    category: Category
    title: Words
    purpose: Words
    basis: Basis = Basis.CONTRACT
    retention: Words
    on_erasure: OnErasure
    remark: Words = ""
    describe: Callable[[Any], Iterable[Fact]]
    rows: Callable[[Any], Iterable[Any]] | None = None
    files: Callable[[Any], Iterable[HeldFile]] | None = None
    paths: Callable[[Any], Iterable[Path]] | None = None
    stored: Callable[[Any], Iterable[str]] | None = None
    erase: Callable[[Any], None] | None = None
    is_counted: bool = True

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def first_field(self) -> str:
        """The column by which the relation begins."""
        return self.relation.partition("__")[0]

    def queryset(self, person: models.Model) -> models.QuerySet[Any]:
        """The rows that the relation finds; none where there is no relation."""
        rows = self.model_class._base_manager
        return rows.filter(**{self.relation: person.pk}) if self.relation else rows.none()

    def held(self, person: models.Model) -> Iterator[Any]:
        """The rows about a person, in the order in which they came."""
        if self.rows is None:
            yield from self.queryset(person).order_by("pk").iterator(chunk_size=BATCH)
            return
        rows = self.rows(person)
        yield from rows.iterator(chunk_size=BATCH) if isinstance(rows, models.QuerySet) else rows

    def to_count(self, person: models.Model) -> Iterable[Any]:
        """The rows about a person, as they are counted: by the relation, where there is one."""
        if self.rows is None or self.relation:
            return self.queryset(person)
        return self.rows(person)

    def erase_for(self, person: models.Model) -> None:
        """Do what is to be done with the rows about a person; twice does no harm."""
        if self.erase is not None:
            self.erase(person)
        elif self.on_erasure is OnErasure.DELETE:
            self.queryset(person).delete()
        elif self.on_erasure is OnErasure.ANONYMIZE:
            self.queryset(person).update(**{self.relation: None})

    def stored_names(self, person: models.Model) -> Iterator[str]:
        """The names in the default storage of files that go with the person."""
        if self.stored is not None:
            yield from self.stored(person)
        if self.on_erasure is not OnErasure.DELETE or not self.relation:
            return
        for each in self.model_class._meta.concrete_fields:
            if isinstance(each, models.FileField):
                names = self.queryset(person).values_list(each.attname, flat=True)
                for name in names.iterator(chunk_size=BATCH):
                    yield from names_of(each, name) if name else ()


@dataclass(frozen=True)
class Held:
    """That there are rows about a person, and how many; None where nobody counts them."""

    data: PersonalData
    number: int | None


@dataclass(frozen=True)
class Obstacle:
    """Why an account can't be deleted now, with the things that it is about and where they are."""

    reason: Words
    things: tuple[tuple[str, str], ...] = ()


Guard = Callable[[Any], Iterable[Obstacle]]


@dataclass
class _Registry:
    declared: dict[str, PersonalData] = field(default_factory=dict)
    impersonal: dict[tuple[str, str], str] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)


_registry = _Registry()


def declare(*data: PersonalData) -> None:
    """Say what is held. Raises ImproperlyConfigured when something else has a name already."""
    for each in data:
        if each.name in _registry.declared:
            raise ImproperlyConfigured(f"two sorts of personal data are called {each.name!r}")
        _registry.declared[each.name] = each


def declare_impersonal(model: str, column: str, why: str) -> None:
    """Say that a column, which looks like one with personal data, has none."""
    _registry.impersonal[model, column] = why


def guard(check: Guard) -> Guard:
    """Let a function of the person say what keeps their account from being deleted."""
    _registry.guards.append(check)
    return check


def declarations() -> list[PersonalData]:
    """All personal data: by app, as they are installed; an account comes before what hangs on it."""
    autodiscover_modules("privacy")
    return list(_registry.declared.values())


def by_category() -> dict[Category, list[PersonalData]]:
    """The declarations in the order in which people read them."""
    found = declarations()
    return {each: [data for data in found if data.category is each] for each in Category}


def held_by(person: models.Model) -> dict[Category, list[Held]]:
    """What there is about a person, by category, without what there is nothing of."""
    found, numbers = by_category(), _numbers(person)
    held = {
        category: [Held(each, numbers.get(each.name)) for each in data]
        for category, data in found.items()
    }
    return {
        category: there
        for category, data in held.items()
        if (there := [each for each in data if each.number != 0])
    }


def _numbers(person: models.Model) -> dict[str, int]:
    """How many rows there are of each sort that is counted.

    One statement counts them all, but for what is no plain queryset.
    """
    rows = {each.name: each.to_count(person) for each in declarations() if each.is_counted}
    asked = {name: found for name, found in rows.items() if _is_plain(found)}
    apart = {name: _length(found) for name, found in rows.items() if name not in asked}
    itself = get_user_model()._base_manager.filter(pk=person.pk)
    counts = itself.values_list(*map(_number_of, asked.values())).first()
    found = [number or 0 for number in counts or [0] * len(asked)]  # of `none()` it is NULL
    return apart | dict(zip(asked, found, strict=True))


def _is_plain(rows: Iterable[Any]) -> TypeGuard[models.QuerySet[Any]]:
    """Whether the database counts them with `COUNT(*)` in the place of the columns."""
    if not isinstance(rows, models.QuerySet):
        return False
    query = rows.query
    return not (query.distinct or query.is_sliced or query.combinator or query.group_by)


def _length(rows: Iterable[Any]) -> int:
    return rows.count() if isinstance(rows, models.QuerySet) else sum(1 for _row in rows)


def _number_of(rows: models.QuerySet[Any]) -> models.Subquery:
    """The number of rows, as a column; `Count` would group them, and give nothing where there are none."""
    number = models.Func(template="COUNT(*)", output_field=models.IntegerField())
    return models.Subquery(rows.order_by().annotate(number_of_rows=number).values("number_of_rows"))


def obstacles(person: models.Model) -> list[Obstacle]:
    """What keeps this person's account from being deleted."""
    autodiscover_modules("privacy")
    return [obstacle for check in _registry.guards for obstacle in check(person)]


def facts(row: models.Model, *names: str) -> list[Fact]:
    """What these columns of a row say, under the labels that the model gives them."""
    return [_fact(row, name) for name in names]


def _fact(row: models.Model, name: str) -> Fact:
    column = cast("models.Field[Any, Any]", row._meta.get_field(name))
    value = getattr(row, name)
    if isinstance(value, models.Model):
        value = str(value)
    shown = getattr(row, f"get_{name}_display")() if column.choices else None
    return Fact(name, column.verbose_name, value, shown)


# Finding what is not declared

PERSONAL_NAME = re.compile(
    r"(?:^|_)(?:e_?mail|ip|ip_address|user_?name|(?:first|last|full|display|real)_?name|phone|mobile"
    r"|birth\w*|street|postcode|zip_?code|user_agent|avatar)(?:$|_)"
)


def undeclared(found: Iterable[type[models.Model]] | None = None) -> list[str]:
    """Columns that lead to people or hold what identifies them, and that no declaration knows.

    Looked at are all relations to accounts, relations to rows that are deleted with an account, relations
    to rows of any model, every column of the account itself, and columns of a type or name that speaks.
    """
    known = _known()
    models_to_see = apps.get_models(include_auto_created=True) if found is None else found
    return sorted(
        f"{label}.{column.name}"
        for model in models_to_see
        for label in [model._meta.label]
        for column in model._meta.concrete_fields
        if _looks_personal(column) and (label, column.name) not in known
    )


def _known() -> Mapping[tuple[str, str], Any]:
    declared = declarations()  # which loads what the apps say of columns, too
    known: dict[tuple[str, str], Any] = dict(_registry.impersonal)
    for data in declared:
        for column in (data.first_field, *data.fields):
            known[data.model, column] = data
    return known


def _looks_personal(column: models.Field[Any, Any]) -> bool:
    person = get_user_model()
    if column.model is person:
        return not column.primary_key
    if column.remote_field is not None:
        target = column.related_model
        return target in (person, ContentType) or target in _deleted_models()
    by_type = isinstance(column, models.EmailField | models.GenericIPAddressField)
    return by_type or bool(PERSONAL_NAME.search(column.name))


def _deleted_models() -> set[Any]:
    """Models whose rows go with an account: what hangs on them is about the person, too."""
    deleted = [data for data in declarations() if data.on_erasure is OnErasure.DELETE]
    return {data.model_class for data in deleted if data.relation}
