"""What of a course came from a package, so that the same package brings it up to date instead of doubling it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Attachment, Content, Course, Module


class ImportedCourse(models.Model):
    """A course that came from a package; `identifier` tells the packages of one owner apart.

    `details` is a checksum of what the package said of the course itself, `cover` one of its picture:
    what the package did not change since then is left as its instructor has it now. Until the time
    `building_until` somebody is still making the course, which nobody sees yet.
    """

    course = models.OneToOneField(
        Course, on_delete=models.CASCADE, related_name="imported", verbose_name=_("course")
    )
    identifier = models.CharField(_("identifier"), max_length=255, db_index=True)
    package = models.CharField(_("checksum of the package"), max_length=64)
    details = models.CharField(_("checksum of the details"), max_length=64, blank=True)
    cover = models.CharField(_("checksum of the cover"), max_length=64, blank=True)
    building_until = models.DateTimeField(
        _("being made until"), null=True, blank=True, db_index=True, editable=False
    )
    imported_at = models.DateTimeField(_("imported"), auto_now=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        verbose_name = _("imported course")
        verbose_name_plural = _("imported courses")

    def __str__(self) -> str:
        return str(self.course)


class ImportedPart(models.Model):
    """A base: a row that came from the part of a package that is called `identifier` there."""

    source = models.ForeignKey(
        ImportedCourse,
        on_delete=models.CASCADE,
        related_name="%(class)ss",
        verbose_name=_("imported course"),
    )
    identifier = models.CharField(_("identifier"), max_length=255)
    checksum = models.CharField(_("checksum"), max_length=64, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.identifier


class ImportedModule(ImportedPart):
    """A module that came from a package."""

    module = models.OneToOneField(
        Module, on_delete=models.CASCADE, related_name="imported", verbose_name=_("module")
    )

    class Meta:
        verbose_name = _("imported module")
        verbose_name_plural = _("imported modules")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "identifier"], name="one_module_per_identifier"
            )
        ]


class ImportedContent(ImportedPart):
    """A content that came from a package; the checksum is one of what was written then."""

    content = models.OneToOneField(
        Content, on_delete=models.CASCADE, related_name="imported", verbose_name=_("content")
    )

    class Meta:
        verbose_name = _("imported content")
        verbose_name_plural = _("imported contents")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "identifier"], name="one_content_per_identifier"
            )
        ]


class ImportedAttachment(ImportedPart):
    """An attachment that came from a package; the checksum is one of its bytes."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="imported", verbose_name=_("attachment")
    )

    class Meta:
        verbose_name = _("imported attachment")
        verbose_name_plural = _("imported attachments")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "identifier"], name="one_attachment_per_identifier"
            )
        ]
