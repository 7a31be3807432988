"""Keeping what somebody has typed and not saved."""

from django.db import transaction

from educa.accounts.models import User
from educa.courses.models import Module, Text, TextDraft


class DraftChanged(Exception):
    """The same person has written elsewhere meanwhile; `current` is what they have typed there."""

    def __init__(self, current: TextDraft) -> None:
        super().__init__(current)
        self.current = current


@transaction.atomic
def keep_draft(*, draft: TextDraft, known: str | None = None) -> TextDraft:
    """Keep the draft in the place of the one that its author has of the text, or of a new one.

    `known` is the `stamp` of the draft that the author has before them ("": of none). Raises DraftChanged
    when there is another one by now, with other words in it; without `known`, that one is overwritten.
    """
    rows = TextDraft.objects.of(draft.author).at(draft.module, draft.text)
    current = rows.select_for_update().first()
    if current and known not in {None, current.stamp} and not current.says_the_same_as(draft):
        raise DraftChanged(current)
    words = {name: getattr(draft, name) for name in ("title", "content", "format", "seen")}
    # A text may have gone to another module since.
    words["module"] = draft.module
    if current:
        for name, value in words.items():
            setattr(current, name, value)
        current.save()
        return current
    place = {"text": draft.text} if draft.text else {"text": None, "module": draft.module}
    kept, _is_new = TextDraft.objects.update_or_create(author=draft.author, **place, defaults=words)
    return kept


def discard_draft(*, author: User, module: Module, text: Text | None) -> None:
    """Throw away what the author has typed of the text; without one, of a new text for the module."""
    TextDraft.objects.of(author).at(module, text).delete()
