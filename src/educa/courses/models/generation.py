"""How often what is shown of courses has changed: what everything that is cached of them hangs on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

CATALOGUE = 0
"""In the place of a course: what the catalogue shows of all of them together."""


class Facet(models.IntegerChoices):
    """What of a course has changed."""

    CONTENTS = 1, _("contents")
    """What instructors make of it, and how it and those who teach it are called."""
    STUDENTS = 2, _("students")
    """How many there are."""


class Generation(models.Model):
    """A step of a generation. The sum of a course's steps is its generation, another one after each commit.

    Triggers write the steps, in the transaction that changes something: `courses/generations.py`. On
    PostgreSQL each transaction inserts rows of its own, so that nobody waits for somebody else, and now and
    then the rows of a course are made one; on SQLite, where there is one writer, there is one row from the start.
    """

    course = models.BigIntegerField(_("course"))  # no relation: the catalogue has one, too
    part = models.PositiveSmallIntegerField(_("part"), choices=Facet)
    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        # With the number, so that sums are made of the index alone. PostgreSQL then also notes in it which rows are
        # gone, and looks at them no more; else it would look at thousands, until it tidies the table up.
        indexes = [models.Index(fields=["course", "part", "number"], name="numbers_of_course")]

    def __str__(self) -> str:
        return f"{self.course}.{self.part}: {self.number}"
