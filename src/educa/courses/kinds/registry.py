"""Which kinds of content there are.

A kind is one subclass of `ItemBase` with its form and its template, registered in one line; apps of
others bring theirs by calling `register` in a module that their models load.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

if TYPE_CHECKING:
    from django.forms import ModelForm

    from educa.courses.kinds.base import ItemBase


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of content: its model, the form that makes and edits it, and its icon's name.

    There is one of each, so that it is told from others by what it is and not by what it says.
    """

    model: type["ItemBase"]
    form: type["ModelForm[Any]"]
    icon: str
    place: int = 100

    @property
    def name(self) -> str:
        """The word for it in URLs, templates and the API."""
        return str(self.model._meta.model_name)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    def content_type(self) -> ContentType:
        return ContentType.objects.get_for_model(self.model)


_kinds: dict[str, Kind] = {}


def register(
    model: type["ItemBase"], form: type["ModelForm[Any]"], icon: str = "file", place: int = 100
) -> None:
    """Make a kind known; `place` says where it stands among the others that one can add.

    Raises ImproperlyConfigured when another model has its name already.
    """
    kind = Kind(model, form, icon, place)
    if kind.name in _kinds and _kinds[kind.name].model is not model:
        raise ImproperlyConfigured(f"two kinds of content are called {kind.name!r}")
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """All kinds, by their places; those of one place in the order in which they were registered."""
    return sorted(_kinds.values(), key=lambda kind: kind.place)


def kind_named(name: str) -> Kind | None:
    return _kinds.get(name)


def kind_taking(media_type: str) -> Kind:
    """The kind that an uploaded file becomes: the one that names its type most exactly.

    Of several it is the last one, so that kinds of others come before our own.
    """

    def exactness(kind: Kind) -> int:
        fitting = [start for start in kind.model.upload_types if media_type.startswith(start)]
        return max(map(len, fitting), default=-1)

    return max(reversed(kinds()), key=exactness)


def kind_of(content_type: ContentType) -> Kind | None:
    """The kind whose model this is, or None for a model that is no kind (any more)."""
    kind = _kinds.get(content_type.model)
    if kind and kind.model._meta.app_label == content_type.app_label:
        return kind
    return None


def is_kind(content_type: ContentType) -> bool:
    return kind_of(content_type) is not None


def registered_kinds() -> Q:
    """Content types that are kinds, by app and name."""
    condition = Q(pk__in=[])
    for kind in kinds():
        condition |= Q(app_label=kind.model._meta.app_label, model=kind.name)
    return condition
