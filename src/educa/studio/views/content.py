"""Making and editing the item of a content: one view for every kind."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import UpdateView

from educa.courses.actions import Changed, restore_content, save_item, state_of
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import Kind, kind_named
from educa.courses.models import Content, Video
from educa.studio.conflicts import disagreements
from educa.studio.contents import edit_url, neighbors_of
from educa.studio.forms.captions import CaptionTrackForm
from educa.studio.forms.item import with_file_inputs
from educa.studio.views.arriving import ArrivedFilesMixin
from educa.studio.views.drafts import DraftsMixin


class ContentFormView(DraftsMixin, ArrivedFilesMixin, UpdateView[Any, "ModelForm[Any]"]):
    """A new item, or one that is there: whatever its kind, which brings the form.

    An item is reached only through the module that it stands in, and nothing in a request but the
    form's own fields says anything about it.
    """

    template_name = "studio/content/form.html"
    http_method_names = ["get", "head", "post", "options"]
    kind: Kind
    content: Content | None = None
    state = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the kind. Raises Http404."""
        if self.has_permission():
            kind = kind_named(kwargs["model_name"])
            if kind is None:
                raise Http404
            self.kind = kind
        return super().dispatch(request, *args, **kwargs)

    def get_object(self, queryset: QuerySet[Any] | None = None) -> ItemBase | None:
        """The item that the path names, or None for a new one. Raises Http404."""
        content_type = self.kind.content_type()
        if "id" not in self.kwargs:
            return None
        # What somebody else has deleted while it was open: what was typed must not get lost.
        contents = Content.everything if self.request.method == "POST" else Content.objects
        rows = contents.filter(module=self.module, content_type=content_type)
        self.content = get_object_or_404(rows, object_id=self.kwargs["id"])
        self.content.module = self.module
        item: ItemBase | None = self.content.item
        if item is None:
            raise Http404
        self.state = self.state_of(item)
        self.title = item.title
        return item

    def state_of(self, item: ItemBase) -> str:
        """What the fields of the form say in this item, as `save_item` will compare it."""
        return state_of(item, self.kind.form._meta.fields or ())

    def get_form(self, form_class: "type[ModelForm[Any]] | None" = None) -> "ModelForm[Any]":
        """The form, with inputs for files as the studio draws them."""
        return with_file_inputs(super().get_form(form_class))

    def get_form_class(self) -> "type[ModelForm[Any]]":
        """The kind's own form."""
        return self.kind.form

    def form_valid(self, form: "ModelForm[Any]") -> HttpResponse:
        """Save, unless somebody else has done so, or has deleted the content, since the page was made."""
        deleted = self.content if self.content and self.content.trashed_at else None
        if deleted and "take_back" not in self.request.POST:
            return self.ask(form, "studio/content/deleted.html")
        seen = self.request.POST.get("seen")
        try:
            if deleted:
                restore_content(content=deleted)
            item = save_item(form=form, module=self.module, author=self.instructor, seen=seen)
        except Changed as changed:
            return self.show_both(form, changed.current)
        except ObjectDoesNotExist:
            raise Http404 from None  # somebody else has deleted it for good meanwhile
        except ValidationError as error:  # what only the model knows
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return self.saved(item)

    def saved(self, item: ItemBase) -> HttpResponse:
        """Say so, and go on."""
        self.forget_draft()
        messages.success(self.request, _("Saved."))
        return redirect(self.onward(item))

    def show_both(self, form: "ModelForm[Any]", current: Any) -> HttpResponse:
        """What there is now beside what was typed."""
        found = disagreements(form, current)
        if not found:  # both have written the same
            return self.saved(current)
        return self.ask(
            form,
            "studio/content/changed.html",
            seen=self.state_of(current),
            current=current,
            disagreements=found,
        )

    def ask(self, form: "ModelForm[Any]", template: str, **context: Any) -> HttpResponse:
        """The form as it was sent, to go on with, below what has happened meanwhile; 409."""
        self.template_name = template
        return self.render_to_response(self.get_context_data(form=form, **context), status=409)

    def onward(self, item: ItemBase) -> str:
        """The page to go on with: the same, a new content of the kind, or the outline."""
        then = self.request.POST.get("then")
        if then == "another":
            return self.create_url
        content = self.content or item.contents.get()
        if then == "close":
            return f"{reverse('course_outline', args=[self.course.pk])}#content-{content.pk}"
        return edit_url(content, self.kind)

    @property
    def create_url(self) -> str:
        """The page of a new content of this kind in the module."""
        return reverse("module_content_create", args=[self.module.pk, self.kind.name])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows around the form."""
        if self.content:
            kwargs["previous"], kwargs["next"] = neighbors_of(self.content)
            kwargs["title"] = self.title
        if isinstance(self.object, Video):
            kwargs.setdefault("caption_form", CaptionTrackForm())
        kwargs.setdefault("seen", self.request.POST.get("seen", self.state))
        return super().get_context_data(
            kind=self.kind,
            item=self.object,
            content=self.content,
            address=edit_url(self.content, self.kind) if self.content else self.create_url,
            fields_templates=[f"studio/kinds/{self.kind.name}.html", "studio/content/fields.html"],
            extras_templates=[
                f"studio/kinds/{self.kind.name}_extras.html",
                "studio/content/extras.html",
            ],
            **kwargs,
        )
