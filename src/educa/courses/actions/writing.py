"""Saving what somebody has written, unless somebody else did so meanwhile."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db import models, transaction
from django.forms import ModelForm

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.actions.uploading import take_in
from educa.courses.kinds.base import ItemBase
from educa.courses.models import Content, Course, Module


class Changed(Exception):
    """Somebody else has saved in the meantime; `current` is what there is now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(current)
        self.current = current


def state_of(row: models.Model, fields: Iterable[str]) -> str:
    """A word for what these fields of the row say, to tell later whether they still say it."""
    values = [str(getattr(row, name)) for name in fields]
    return sha256(repr(values).encode(errors="surrogatepass")).hexdigest()[:40]


@transaction.atomic
def save_item(
    *, form: "ModelForm[Any]", module: Module, author: User, seen: str | None = None
) -> ItemBase:
    """Save the item of a valid form: a new one as the last content of the module, or one that is there.

    The item belongs to whom the course belongs to by now. `seen` is the `state_of` the form's fields when its
    page was made. Raises Changed when they say something else now, ValidationError for what the model
    refuses and for files that there is no room for.
    """
    item: ItemBase = form.instance
    lock_outline(module.course_id)
    # The course may have been handed over since the row of the form was read.
    item.owner = Course.objects.select_related("owner").get(pk=module.course_id).owner
    if item.pk is None:
        _take_in(form, module)
        form.save()
        Content.objects.create(module=module, item=item)
    else:
        current = type(item)._base_manager.select_for_update().get(pk=item.pk)
        if seen is not None and seen != state_of(current, form._meta.fields or ()):
            raise Changed(current)
        current.remember(author=None)
        _take_in(form, module, instead_of=getattr(current, "size", 0))
        form.save()
    item.remember(author=author)
    touch(module.course_id)
    return item


def _take_in(form: "ModelForm[Any]", module: Module, *, instead_of: int = 0) -> None:
    if form.files:
        take_in(course=module.course, files=form.files.values(), instead_of=instead_of)
