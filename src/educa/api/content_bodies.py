"""What programs say of a content, in JSON or in multipart, on its way into the form of its kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.request import Request

from educa.api.authoring import KeyField, OrderField, validated
from educa.api.filling import filled, values_of
from educa.api.serializers import StrictSerializer
from educa.api.views import person_of
from educa.courses.actions import arrived_file
from educa.courses.kinds.registry import Kind
from educa.courses.models import ArrivedFile, Course


class ContentWordsSerializer(StrictSerializer):
    """What is said of a content beside the fields of its kind."""

    title = serializers.CharField()
    upload = serializers.UUIDField(
        required=False, help_text="The id of an upload that is whole: its file."
    )


class NewContentInPartsSerializer(ContentWordsSerializer):
    """A content to be made, as multipart: the fields of its kind stand beside the others."""

    module = KeyField()
    kind = serializers.CharField(
        help_text="The word for its kind, such as `text`, `file`, `image` or `video`."
    )
    order = OrderField(
        required=False, help_text="Counted from 0; without it, the content comes last."
    )


class NewContentSerializer(NewContentInPartsSerializer):
    """A content to be made."""

    data = serializers.DictField(  # type: ignore[assignment]  # the name that the API gives it
        required=False, help_text="The fields of the kind."
    )


class ContentChangeInPartsSerializer(ContentWordsSerializer):
    """What is to change, as multipart: the fields of the kind stand beside the others."""

    title = serializers.CharField(required=False)


class ContentChangeSerializer(ContentChangeInPartsSerializer):
    """What is to change; what is left out stays."""

    data = serializers.DictField(  # type: ignore[assignment]  # the name that the API gives it
        required=False, help_text="The fields of the kind."
    )


class ContentPlaceSerializer(StrictSerializer):
    """A place in a module of the course; without `module`, in the one where the content is."""

    module = KeyField(required=False)
    order = OrderField(help_text="Counted from 0; beyond the end means last.")


class Sent:
    """What a request says of a content: `place`, and what goes into the form of its kind.

    In JSON that is below `data`, in multipart beside the rest; errors name the fields as they were sent.
    """

    def __init__(self, wanted: type[StrictSerializer], body: Any) -> None:
        """Raises ValidationError for what the serializer does not know, or finds."""
        values, self.is_text = values_of(body)
        known = set(wanted().fields) - {"data"} if self.is_text else set(values)
        self.place = validated(wanted, {k: v for k, v in values.items() if k in known})
        others = {k: v for k, v in values.items() if k not in known}
        self.values: dict[str, Any] = {**self.place.pop("data", {}), **others}
        self._upload = self.place.pop("upload", None)
        self._file_field = ""
        if "title" in self.values:
            self._refuse({"title": [_("The title stands beside the data.")]})
        if "title" in self.place:
            self.values["title"] = self.place.pop("title")

    def form(
        self, kind: Kind, file: ArrivedFile | None, instance: models.Model | None = None
    ) -> "forms.ModelForm[Any]":
        """The valid form of the kind. Raises ValidationError; an upload that is not allowed goes then."""
        values = dict(self.values)
        if file is not None:
            values[self._field_for_file(kind)] = file
        try:
            return filled(kind.form, values, is_text=self.is_text, instance=instance)
        except serializers.ValidationError as error:
            if file is not None and self._file_field in error.detail:
                file.upload.delete()
            self._refuse(error.detail)
            raise

    @contextmanager
    def file(self, request: Request, course: Course) -> Iterator[ArrivedFile | None]:
        """The file of the upload that is named, or None. Raises ValidationError for one that is not there."""
        if self._upload is None:
            yield None
            return
        try:
            file = arrived_file(user=person_of(request), course=course, key=self._upload)
        except ValidationError as error:
            raise serializers.ValidationError({"upload": get_error_detail(error)}) from None
        with file:
            yield file

    @contextmanager
    def told(self) -> Iterator[None]:
        """What only the model finds in the values, as errors of them."""
        try:
            yield
        except ValidationError as error:
            found = get_error_detail(error)
            self._refuse(found if isinstance(found, dict) else {"non_field_errors": found})

    def _field_for_file(self, kind: Kind) -> str:
        fields = kind.form.base_fields.items()
        names = [name for name, field in fields if isinstance(field, forms.FileField)]
        if not names:
            words = _("A content of this kind takes no file.")
            raise serializers.ValidationError({"upload": [words]}, "upload")
        if names[0] in self.values:
            words = _("Send a file or name an upload, one of the two.")
            raise serializers.ValidationError({"upload": [words]}, "upload")
        self._file_field = names[0]
        return names[0]

    def _refuse(self, errors: Any) -> None:
        """Raises ValidationError, with the names that the request has for the fields."""
        beside = {"title": "title"}
        if self._file_field:
            beside[self._file_field] = "upload"
        top = {beside[name]: words for name, words in errors.items() if name in beside}
        below = {name: words for name, words in errors.items() if name not in beside}
        if self.is_text:
            raise serializers.ValidationError({**top, **below})
        raise serializers.ValidationError({**top, **({"data": below} if below else {})})
