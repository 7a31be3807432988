"""Modules: the ordered parts of a course."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from educa.courses.models.course import Course, Viewer
from educa.lib.ordering import Ordered, OrderedQuerySet, OrderField
from educa.lib.trash import PresentManager, Trashable


class ModuleQuerySet(OrderedQuerySet["Module"]):
    def readable_by(self, user: Viewer) -> Self:
        return self.filter(course__in=Course.objects.readable_by(user))

    def editable_by(self, user: Viewer) -> Self:
        return self.filter(course__in=Course.objects.editable_by(user))

    def with_totals(self) -> Self:
        """Add `total_contents`, without those in the trash."""
        present = Q(contents__trashed_at=None)
        counted = self.annotate(total_contents=Count("contents", filter=present))
        return counted.order_by("order")  # Django forgets the model's own order where it groups


ModuleManager = PresentManager.from_queryset(ModuleQuerySet)


class Module(Ordered, Trashable):
    """One part of a course, with contents in order."""

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="modules", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    order = OrderField(_("order"), for_fields=["course"])

    if TYPE_CHECKING:
        total_contents: int

    objects = ModuleManager()
    everything = ModuleQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        indexes = [
            models.Index(
                fields=["trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="modules_in_trash",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "order"],
                condition=Q(trashed_at=None),
                name="one_present_module_per_place_in_course",
            )
        ]

    def __str__(self) -> str:
        return self.title
