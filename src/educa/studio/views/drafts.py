"""What an author has typed of a text and not saved: kept while they type, offered when they come back."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import View

from educa.courses.actions import DraftChanged, discard_draft, keep_draft
from educa.courses.models import Text, TextDraft
from educa.lib.throttle import Limit
from educa.studio.forms.writing import DraftForm
from educa.studio.views.mixins import ModuleMixin
from educa.studio.views.steps import wants_json
from educa.studio.views.texts import TextMixin
from educa.studio.writing import Writing

if TYPE_CHECKING:
    from educa.courses.kinds.base import ItemBase
    from educa.courses.kinds.registry import Kind

    class Page(ModuleMixin):
        """What the mixin finds in the view that it is mixed into."""

        object: ItemBase | None

        @property
        def kind(self) -> Kind:
            """The kind of content."""

        def get_initial(self) -> dict[str, Any]:
            """What the form begins with."""
else:
    Page = ModuleMixin

DRAFTS = Limit("drafts", amount=180, seconds=60)
"""By person, in all windows; each of them sends one every two seconds at most."""


class TextDraftView(TextMixin, View):
    """The author's own draft of a text, or, where the path names none, of a new one for the module.

    Scripts get JSON: 200 `{"stamp", "saved_at", "changed", "difference"}`, where `changed` says that the
    text is no longer what the author began with; 400 or 413 `{"errors"}`; 409 `{"stamp", "saved_at"}` of
    what they have written in another window.
    """

    http_method_names = ["post", "delete", "options"]

    @cached_property
    def known_text(self) -> Text | None:
        """The text that the path names. Raises Http404."""
        return self.text if "id" in self.kwargs else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what was typed; or, with the button `discard`, throw away what was kept."""
        if "discard" in request.POST:
            return self.delete(request)
        DRAFTS.spend(str(request.user.pk))
        draft = TextDraft(author=self.instructor, module=self.module, text=self.known_text)
        form = DraftForm(request.POST, instance=draft)
        if not form.is_valid():
            status = 413 if form.has_error("content", "max_length") else 400
            return JsonResponse({"errors": form.errors}, status=status)
        try:
            kept = keep_draft(draft=draft, known=form.cleaned_data["known"])
        except DraftChanged as changed:
            return JsonResponse(when(changed.current), status=409)
        writing = Writing(self.module, self.known_text, kept)
        text = {"changed": writing.has_changed, "difference": writing.difference_url}
        return JsonResponse(when(kept) | text)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Throw away what was kept."""
        discard_draft(author=self.instructor, module=self.module, text=self.known_text)
        if wants_json(request):
            return JsonResponse({})
        return redirect(Writing(self.module, self.known_text).page_url)


def when(draft: TextDraft) -> dict[str, Any]:
    """When the draft was kept, for people and for the next request."""
    return {"stamp": draft.stamp, "saved_at": draft.saved_at.isoformat()}


class DraftsMixin(Page):
    """For the page on which contents are written: with a text, its author's draft is on the desk, too.

    The view knows `kind` and `object`, None for a new content, and puts `seen` into the context. For
    other kinds than texts this does nothing.
    """

    @cached_property
    def writing(self) -> Writing | None:
        """The text on the desk."""
        if self.kind.model is not Text:
            return None
        text = self.object if isinstance(self.object, Text) else None
        draft = TextDraft.objects.of(self.instructor).at(self.module, text).first()
        if self.request.method == "POST":
            return Writing(self.module, text, draft, held=self.request.POST.get("draft", ""))
        if draft is None:
            return Writing(self.module, text)
        continues = "draft" in self.request.GET
        writing = Writing(self.module, text, draft, continues=continues, offers=not continues)
        return writing if writing.is_offered else replace(writing, held=draft.stamp)

    def get_initial(self) -> dict[str, Any]:
        """The words of the draft, where the author goes on with it."""
        initial = super().get_initial()
        if self.writing and self.writing.continues and self.writing.draft:
            draft = self.writing.draft
            initial |= {"title": draft.title, "content": draft.content, "format": draft.format}
        return initial

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `writing`; who goes on with a draft has seen what they had seen when they began it."""
        if self.writing and self.writing.continues and self.writing.draft:
            kwargs["seen"] = self.writing.draft.seen
        return super().get_context_data(writing=self.writing, **kwargs)

    def forget_draft(self) -> None:
        """What was typed is saved; the draft of another window, which the form knew nothing of, stays."""
        if self.writing and self.writing.draft and self.writing.draft.stamp == self.writing.held:
            self.writing.draft.delete()
