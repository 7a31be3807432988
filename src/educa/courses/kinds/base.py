"""What every kind of content has in common."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.completing import CompletedBy
from educa.courses.kinds.findings import ItemFinding
from educa.courses.signals import file_replaced
from educa.lib.copying import copy_rows
from educa.lib.files import SavedWhole, is_fresh
from educa.lib.html import anchors_in
from educa.lib.markdown import render_markdown

if TYPE_CHECKING:
    from educa.accounts.models import User


class ItemBase(SavedWhole):
    """An item of some kind: a text, a file, a picture, a video, and what apps of others bring."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="%(class)s_related",
        verbose_name=_("owner"),
    )
    title = models.CharField(_("title"), max_length=250)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    updated = models.DateTimeField(_("updated"), auto_now=True)
    contents = GenericRelation("courses.Content")

    upload_types: tuple[str, ...] = ()
    """Beginnings of media types: such a file, dropped on a module, becomes an item of this kind.

    Its first field for files gets it; the others have what they have by default.
    """

    shown_with: tuple[str, ...] = ()
    """Relations that `render` reads: where many items are shown, they are fetched for all at once."""

    shows_its_fields: bool = False
    """Whether `render` shows nothing but what is the same for all and fields of the item and of what is in `shown_with`.

    What it rendered is then kept for as long as these say the same, and not only until something else in the course
    changes. It counts for the class that says so, and not for those that derive from it, whose `render` is another.
    """

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def completed_by(self) -> CompletedBy:
        """What makes a student be done with it; kinds of others say so by a plain attribute."""
        return CompletedBy.END

    def render(self) -> SafeString:
        """The item as HTML, from `courses/content/<model_name>.html`."""
        return render_to_string(f"courses/content/{self._meta.model_name}.html", {"item": self})

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """In the transaction that changes it: a search forgets the item, and a new file of it is told of."""
        is_new = self._state.adding
        known = self.get_deferred_fields()
        files = [name for name in self.media_fields() if name not in known]
        has_other_file = any(is_fresh(getattr(self, name)) for name in files)
        super().save_base(*args, **kwargs)
        if not is_new:
            self.forget_words()
            if has_other_file:
                file_replaced.send(type(self), item=self)

    def forget_words(self) -> None:
        """Let a search gather anew what the item says; to be called when that changes without `save`."""
        self.contents(manager="everything").forget_words()

    def search_text(self) -> str:
        """What the item says beside its title, as plain text: readers find it by these words.

        By default what is in its fields for text; addresses and the like are left out. It is called for
        thousands of items, so it does not render.
        """
        fields = (field for field in self._meta.concrete_fields if _is_said(field))
        return "\n".join(str(field.value_from_object(self) or "") for field in fields)

    def remember(self, *, author: "User | None") -> None:
        """Keep the state that is saved, in kinds with a history; the author may be unknown."""

    @classmethod
    def media_fields(cls) -> list[str]:
        """The names of the fields that hold files of this kind."""
        return [field.name for field in cls._meta.fields if isinstance(field, models.FileField)]

    @classmethod
    def text_fields(cls) -> list[str]:
        """The names of the fields with what authors write at length, in Markdown or HTML.

        Addresses in these are looked at before a course is published, and changed in a copy of it.
        """
        return [field.name for field in cls._meta.fields if isinstance(field, models.TextField)]

    def anchors(self) -> set[str]:
        """The ids to which links within the texts of this item can lead."""
        texts = [getattr(self, name) or "" for name in self.text_fields()]
        return {each for text in texts for each in anchors_in(render_markdown(text))}

    @classmethod
    def copy_all(cls, items: Sequence[Self], *, owner: "User") -> list[Self]:
        """Copies of the items in the same order, which belong to `owner` and have files of their own.

        Kinds on whose items other rows hang copy these here, too; `save` is not called.
        """
        return copy_rows(items, lambda _item: {"owner": owner})

    @classmethod
    def findings(cls, items: "models.QuerySet[Self]") -> Iterable[ItemFinding]:  # noqa: ARG003 - for kinds
        """What readers of these items would miss, to be told before a course is published.

        There may be thousands of items: a fixed number of statements, and no `render()`.
        """
        return ()


NOT_SAID: tuple[type[Any], ...] = (
    models.FileField,
    models.URLField,
    models.EmailField,
    models.SlugField,
)


def _is_said(field: "models.Field[Any, Any]") -> bool:
    """Whether people read in an item what this field of it holds."""
    is_text = isinstance(field, models.CharField | models.TextField)
    is_free = field.editable and not field.choices and not isinstance(field, NOT_SAID)
    return is_text and is_free and field.name != "title"
