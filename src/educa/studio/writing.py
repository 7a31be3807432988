"""A text on the desk: where its words go while it is written, and what is left of the last time."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from educa.courses.actions import state_of
from educa.courses.kinds.text import TextForm
from educa.courses.models import Module, Text, TextDraft, TextVersion

LOOKED_BACK = 50  # versions among which a state that somebody has seen is looked for


def text_state(text: Text | TextVersion | None) -> str:
    """What a text says, in the word that goes with its form; "" for a new one."""
    return state_of(text, TextForm.Meta.fields) if text else ""


@dataclass
class Writing:
    """A text of the module, or a new one (None), and its author's draft of it, if there is one.

    With `continues`, the form begins with the words of the draft; with `offers`, it says what is saved.
    `held` is the stamp of the draft that the form's words are the next state of; "" where there is none.
    """

    module: Module
    text: Text | None
    draft: TextDraft | None = None
    continues: bool = False
    offers: bool = False
    held: str = ""

    @property
    def is_offered(self) -> bool:
        """Whether there is something to go on with that is not in the form."""
        if self.draft is None or not self.offers:
            return False
        return not self.draft.says_the_same_as(self.text or Text())

    @cached_property
    def has_changed(self) -> bool:
        """Whether the text says something else by now than when the draft was begun."""
        return bool(self.draft and self.text and self.draft.seen != text_state(self.text))

    @cached_property
    def difference_url(self) -> str:
        """The page that shows what has changed since the draft was begun; "" where nobody knows any more."""
        if not (self.has_changed and self.text and self.draft):
            return ""
        versions = list(self.text.versions.all()[:LOOKED_BACK])
        seen = next((each for each in versions if text_state(each) == self.draft.seen), None)
        return f"{self.history_url}?old={seen.pk}&new={versions[0].pk}" if seen else ""

    @property
    def page_url(self) -> str:
        """The page on which the text is written."""
        if self.text is None:
            return reverse("module_content_create", args=[self.module.pk, "text"])
        return reverse("module_content_update", args=[self.module.pk, "text", self.text.pk])

    @property
    def draft_url(self) -> str:
        """Where drafts are kept and thrown away."""
        if self.text is None:
            return reverse("text_draft_create", args=[self.module.pk])
        return reverse("text_draft_update", args=[self.module.pk, self.text.pk])

    @property
    def preview_url(self) -> str:
        """Where words are shown as readers see them."""
        return reverse("text_preview", args=[self.module.pk])

    @property
    def upload_url(self) -> str:
        """Where pictures and files for the text go."""
        return reverse("attachment_create", args=[self.module.course_id])

    @property
    def history_url(self) -> str:
        """The versions of the text; "" for a new one."""
        return reverse("text_history", args=[self.module.pk, self.text.pk]) if self.text else ""
