"""The fields of knowledge that courses belong to."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from educa.courses.models.slugs import SLUG_LENGTH


class SubjectQuerySet(models.QuerySet["Subject"]):
    def with_totals(self) -> Self:
        """Add `total_courses`: how many of the subject's courses are published."""
        published = Q(courses__status="published", courses__trashed_at=None)
        counted = self.annotate(total_courses=Count("courses", filter=published))
        return counted.order_by("title")  # Django forgets the model's own order where it groups

    def get_by_natural_key(self, slug: str) -> "Subject":
        """Fixtures know a subject by its slug, so that loading one never renames another."""
        return self.get(slug=slug)


class Subject(models.Model):
    """A field of knowledge that courses belong to."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, unique=True)

    if TYPE_CHECKING:
        total_courses: int

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        return reverse("course_list_subject", args=[self.slug])
