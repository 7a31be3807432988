"""Files that have arrived in parts, on their way into contents."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import UpdateView, View

from educa.courses.actions import arrived_file, content_from_upload
from educa.courses.actions.uploading import gone
from educa.courses.kinds.registry import Kind, kind_of
from educa.courses.models import Course, Upload
from educa.studio.contents import edit_url
from educa.studio.views.mixins import ModuleMixin
from educa.studio.views.steps import Done, StepView

if TYPE_CHECKING:
    FormView = UpdateView[Any, "ModelForm[Any]"]
else:
    FormView = object


class LostFile:
    """Stands for a file whose upload is gone: a form that looks at it finds the words for that."""

    @property
    def name(self) -> str:
        raise gone()

    def close(self) -> None:
        """As files are closed after a request."""


class ArrivedFilesMixin(FormView):
    """For the form of a kind: a file that has arrived in parts comes as if it were sent with the form.

    The field `<name>-upload` names the upload that the field `<name>` is to have its file from.
    """

    kind: Kind
    course: Course
    arrived: dict[str, Upload]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Bring the files before the form looks for them."""
        self.arrived = {}
        for name, field in self.kind.form.base_fields.items():
            key = request.POST.get(f"{name}-upload")
            if key and isinstance(field, forms.FileField):
                request.FILES[name] = self._bring(name, key)
        return super().post(request, *args, **kwargs)

    def _bring(self, name: str, key: str) -> Any:
        try:
            pk = forms.UUIDField().clean(key)
            file = arrived_file(user=self.request.user, course=self.course, key=pk)
        except ValidationError:
            return LostFile()
        self.arrived[name] = file.upload
        return file

    def form_invalid(self, form: "ModelForm[Any]") -> HttpResponse:
        """Nothing is left of a file that is not allowed; another one waits for what else was wrong."""
        for name in self.arrived.keys() & form.errors.keys():
            self.arrived.pop(name).delete()
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `arrived`: the uploads that wait for the form to be right, by field."""
        return super().get_context_data(arrived=getattr(self, "arrived", {}), **kwargs)


class ArrivedForm(forms.Form):
    """Which upload, and perhaps what the content is called."""

    upload = forms.UUIDField()
    title = forms.CharField(max_length=250, required=False)


class ContentFromUploadView(ModuleMixin, StepView, View):
    """Makes an upload the last content of the module. JSON adds `content`, `kind`, `title` and `url`."""

    form_class = ArrivedForm

    def take(self, values: dict[str, Any]) -> Done:
        """Make it, of the kind that fits the bytes. Raises ValidationError."""
        rows = Upload.objects.arrived(self.request.user, self.course)
        upload = rows.filter(pk=values["upload"]).first()
        if upload is None:
            raise gone()
        content = content_from_upload(
            upload=upload, module=self.module, author=self.instructor, title=values["title"]
        )
        kind, title = kind_of(content.content_type), str(content.item)
        assert kind is not None  # noqa: S101 - it was just chosen
        return Done(
            _("“%(title)s” was added.") % {"title": title},
            to=self.back(),
            undo=reverse("module_content_delete", args=[content.pk]),
            answer={
                "content": content.pk,
                "kind": kind.name,
                "title": title,
                "url": edit_url(content, kind),
            },
        )

    def back(self) -> str:
        """The module."""
        return reverse("module_content_list", args=[self.module.pk])
