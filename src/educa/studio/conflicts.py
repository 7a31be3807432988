"""Two people have written in one place: what the one saved, beside what the other typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.forms import ModelForm
from django.utils.translation import gettext as _

from educa.courses.models import ArrivedFile
from educa.studio.differences import Difference, difference_of


@dataclass(frozen=True)
class Disagreement:
    """One field that the two of them filled in differently; of what is written at length, the difference."""

    label: str
    theirs: str
    mine: str
    difference: Difference | None = None


def disagreements(form: "ModelForm[Any]", current: models.Model) -> list[Disagreement]:
    """The fields of a valid form that would change what is saved now."""
    return list(_disagreements(form, current))


def _disagreements(form: "ModelForm[Any]", current: models.Model) -> Iterator[Disagreement]:
    for field in current._meta.concrete_fields:
        if field.name not in form.cleaned_data:
            continue
        theirs, mine = getattr(current, field.name), form.cleaned_data[field.name]
        stays = isinstance(mine, FieldFile)  # nothing was uploaded and nothing taken away
        if not stays and mine != theirs and (mine or theirs):
            words = _words(theirs), _words(mine)
            at_length = isinstance(field, models.TextField)
            yield Disagreement(
                str(form[field.name].label), *words, difference_of(*words) if at_length else None
            )


def _words(value: Any) -> str:
    if isinstance(value, UploadedFile) and not isinstance(value, ArrivedFile):
        return _("%(name)s, which you have to choose again") % {"name": value.name}
    if isinstance(value, FieldFile):
        return getattr(value.instance, "name", "") or PurePath(value.name or "").name
    return str(value or "")  # of a file that arrived in parts, its name
