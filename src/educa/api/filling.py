"""Django's forms, filled from the body of a request and not from a page."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings

from educa.api.serializers import unknown_fields

Form = TypeVar("Form", bound="forms.ModelForm[Any]")
Values = Mapping[str, Any]

MANY = forms.MultipleChoiceField, forms.ModelMultipleChoiceField, forms.MultiValueField
NUMBERS = forms.IntegerField, forms.DecimalField  # a FloatField is an IntegerField
CHOICES = forms.ChoiceField, forms.ModelChoiceField
SAID = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
"""How a text says yes or no."""


def values_of(body: Any) -> tuple[dict[str, Any], bool]:
    """What a body says by name, and whether it says it in texts and files alone (multipart).

    What a multipart body says twice is a list. Raises ValidationError for what is no object.
    """
    if isinstance(body, QueryDict):
        lists = {name: body.getlist(name) for name in body}
        return {name: found[0] if len(found) == 1 else found for name, found in lists.items()}, True
    if not isinstance(body, Mapping):
        raise serializers.ValidationError(_("The body has to be an object."))
    return dict(body), False


def filled(
    form_class: type[Form], values: Values, *, is_text: bool, instance: Model | None = None
) -> Form:
    """A valid form, filled with the values; what they leave out stays as it is in `instance`.

    A file is an UploadedFile, and None takes one away. Raises ValidationError that names the fields: for
    one that the form does not know, for a value of another type, and for what the form finds.
    """
    blank = form_class(instance=instance)
    if unknown := unknown_fields(values, blank.fields):
        raise serializers.ValidationError(unknown, "unknown")
    given, errors = {}, {}
    for name, value in values.items():
        try:
            given[name] = _typed(blank.fields[name], value, is_text=is_text)
        except ValidationError as error:
            errors[name] = get_error_detail(error)
    if errors:
        raise serializers.ValidationError(errors)
    kept = {} if instance is None else _kept(blank)
    files = {name: [value] for name, value in given.items() if isinstance(value, UploadedFile)}
    form = form_class({**kept, **given}, MultiValueDict(files), instance=instance)
    for field in form.fields.values():
        field.widget = _AsGiven()
    if not form.is_valid():
        raise serializers.ValidationError(errors_of(form))
    return form


def errors_of(form: "forms.BaseForm") -> dict[str, Any]:
    """What is wrong with a form, as REST framework tells it."""
    return named(form.errors.as_data())


def named(errors: Mapping[str, list[ValidationError]]) -> dict[str, Any]:
    """Errors by field, as REST framework tells them."""
    general = api_settings.NON_FIELD_ERRORS_KEY
    return {
        general if name == NON_FIELD_ERRORS else name: get_error_detail(ValidationError(found))
        for name, found in errors.items()
    }


class _AsGiven(forms.Widget):
    """Hands a field what the body says, where a widget would look for what browsers send."""

    def value_from_datadict(self, data: Values, files: Values, name: str) -> Any:
        """The value; of a field for files the file, False for none, None for the one that is there."""
        return files[name] if name in files else data.get(name)


def _kept(blank: "forms.ModelForm[Any]") -> dict[str, Any]:
    """What the fields say of the instance; files stay where nothing is said of them."""
    return {
        name: field.prepare_value(blank.get_initial_for_field(field, name))
        for name, field in blank.fields.items()
        if not isinstance(field, forms.FileField)
    }


def _typed(field: forms.Field, value: Any, *, is_text: bool) -> Any:
    """The value as the field takes it. Raises ValidationError for one of a type that makes no sense."""
    if isinstance(field, forms.FileField):
        return _file(value)
    if isinstance(value, UploadedFile):
        raise ValidationError(_("This is no field for a file."), code="type")
    if isinstance(field, MANY):
        return value if isinstance(value, list) or not is_text else [value]
    if is_text:
        return _from_text(field, value)
    if isinstance(field, forms.JSONField):
        return json.dumps(value)
    if value is None and not isinstance(field, forms.CharField):
        return None
    if not _fits(field, value):
        raise ValidationError(_("A value of this type makes no sense here."), code="type")
    return value


def _file(value: Any) -> Any:
    if value is None or value == "":
        return False
    if not isinstance(value, UploadedFile):
        words = _("Send one file as multipart/form-data, or name an upload.")
        raise ValidationError(words, code="type")
    return value


def _from_text(field: forms.Field, value: Any) -> Any:
    if not isinstance(value, str):
        raise ValidationError(_("This is there more than once."), code="type")
    if isinstance(field, forms.BooleanField) and value:
        if value.lower() not in SAID:
            raise ValidationError(_("Say true or false."), code="type")
        return SAID[value.lower()]
    return value


def _fits(field: forms.Field, value: Any) -> bool:
    """Whether a value of JSON is one for the field."""
    if isinstance(field, forms.BooleanField):
        return isinstance(value, bool)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(field, forms.DecimalField):
        return is_number or isinstance(value, str)
    if isinstance(field, NUMBERS):
        return is_number
    if isinstance(field, CHOICES):
        return isinstance(value, str) or (is_number and isinstance(value, int))
    return isinstance(value, str)
