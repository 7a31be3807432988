"""Contents: the places in a module, each with an item of some kind."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.registry import Kind, is_kind, kinds, registered_kinds
from educa.courses.models.course import Course, Viewer
from educa.courses.models.module import Module
from educa.courses.models.search import SearchEntry
from educa.lib.ordering import Ordered, OrderedQuerySet, OrderField
from educa.lib.trash import PresentManager, Trashable


class ContentQuerySet(OrderedQuerySet["Content"]):
    def readable_by(self, user: Viewer) -> Self:
        return self.filter(module__course__in=Course.objects.readable_by(user))

    def editable_by(self, user: Viewer) -> Self:
        return self.filter(module__course__in=Course.objects.editable_by(user))

    def in_reading_order(self) -> Self:
        return self.order_by(F("module__order"), "order")

    def shown(self) -> Self:
        """Without those of a kind that is not installed any more."""
        return self.filter(content_type__in=[kind.content_type().pk for kind in kinds()])

    def with_titles(self) -> Self:
        """Add `shown_title`, the title of the item, whatever its kind; None where the item is gone."""
        # From the contents to the items, and not the other way: the contents of one course are few.
        return self.annotate(shown_title=Case(*[_title_of(kind) for kind in kinds()]))

    def forget_words(self) -> None:
        """Their items have changed: what a search would find in them is gathered anew before the next one."""
        SearchEntry.objects.using(self.db).filter(content__in=self.order_by()).delete()


def _title_of(kind: Kind) -> When:
    rows = kind.model._base_manager.filter(pk=OuterRef("object_id")).order_by()
    return When(content_type=kind.content_type().pk, then=Subquery(rows.values("title")))


ContentManager = PresentManager.from_queryset(ContentQuerySet)


class Content(Ordered, Trashable):
    """A place in a module, and the item that stands there: a row of any registered kind.

    A module in the trash takes its contents with it: they carry the same `trashed_at`.
    """

    module = models.ForeignKey(
        Module, on_delete=models.CASCADE, related_name="contents", verbose_name=_("module")
    )
    content_type = models.ForeignKey(
        ContentType,
        on_delete=models.CASCADE,
        limit_choices_to=registered_kinds,
        verbose_name=_("kind"),
    )
    object_id = models.PositiveBigIntegerField(_("item"))
    item = GenericForeignKey("content_type", "object_id")
    order = OrderField(_("order"), for_fields=["module"])

    if TYPE_CHECKING:
        shown_title: str | None

    objects = ContentManager()
    everything = ContentQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        indexes = [
            models.Index(
                fields=["trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="contents_in_trash",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "order"],
                condition=Q(trashed_at=None),
                name="one_present_content_per_place_in_module",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="one_content_per_item"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item or _("(missing)"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError for an item that is of no registered kind."""
        if not is_kind(self.content_type):
            raise ValidationError(
                _("A content can't hold a %(name)s."), params={"name": self.content_type.name}
            )
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)
            Content.everything.filter(
                pk=self.pk
            ).forget_words()  # perhaps it shows another item now
