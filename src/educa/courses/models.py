"""What is taught: subjects, courses, their modules, and the contents of these."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.kinds.file import File
from educa.courses.kinds.image import Image
from educa.courses.kinds.registry import is_kind, registered_kinds
from educa.courses.kinds.text import Text
from educa.courses.kinds.video import CaptionTrack, Video
from educa.lib.files import SavedWhole, StoredFileField, is_fresh
from educa.lib.markdown import render_markdown
from educa.lib.ordering import Ordered, OrderedQuerySet, OrderField
from educa.lib.storage import random_name
from educa.lib.uploads import checked_picture

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

__all__ = [
    "Attachment",
    "CaptionTrack",
    "Content",
    "Course",
    "File",
    "Image",
    "Module",
    "Subject",
    "Text",
    "Video",
]

Viewer = User | AnonymousUser

# Words that stand in the place of a course's slug in some URL.
RESERVED_SLUGS = (
    "api",
    "content",
    "create",
    "edit",
    "import",
    "mine",
    "module",
    "new",
    "search",
    "subject",
    "trash",
)
SLUG_LENGTH = 200


def sees_all_courses(user: Viewer) -> bool:
    """Whether this person looks after the site, and so may read every course."""
    return user.is_active and user.is_staff and user.has_perm("courses.view_course")


def free_slug(rows: "models.QuerySet[Any]", title: str, fallback: str) -> str:
    """A slug made from the title that none of the rows has, and that no URL needs for itself."""
    base = slugify(title)[: SLUG_LENGTH - 6].strip("-") or fallback
    taken = {*RESERVED_SLUGS, *rows.filter(slug__startswith=base).values_list("slug", flat=True)}
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def refuse_reserved_slug(slug: str) -> None:
    """Raises ValidationError for a slug that is a word of the URLs."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is used by the site itself."), code="reserved", params={"slug": slug}
        )


def cover_name(course: "Course", name: str) -> str:
    """Where the bytes of a course's cover are kept."""
    return random_name("cover", name)


class SubjectQuerySet(models.QuerySet["Subject"]):
    def with_totals(self) -> Self:
        """Add `total_courses`: how many of the subject's courses are published."""
        published = Q(courses__status=Course.Status.PUBLISHED)
        return self.annotate(total_courses=Count("courses", filter=published))

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


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> Self:
        return self.filter(status=Course.Status.PUBLISHED)

    def visible_to(self, user: Viewer) -> Self:
        """Courses whose page this person may see: published ones, their own, and those they study."""
        if sees_all_courses(user):
            return self
        if not user.is_authenticated:
            return self.published()
        mine = Q(owner=user.pk) | Q(_studied_by(user), status=Course.Status.ARCHIVED)
        return self.filter(Q(status=Course.Status.PUBLISHED) | mine)

    def readable_by(self, user: Viewer) -> Self:
        """Courses whose contents this person may open: those they study, teach or look after."""
        if sees_all_courses(user):
            return self
        if not user.is_authenticated or not user.is_active:
            return self.none()
        studied = Q(_studied_by(user)) & ~Q(status=Course.Status.DRAFT)
        return self.filter(Q(owner=user.pk) | studied)

    def editable_by(self, user: Viewer) -> Self:
        """Courses that this person may change: their own, while they are an instructor."""
        if not user.has_perm("courses.change_course"):
            return self.none()
        return self.filter(owner=user.pk)

    def open_for_enrollment(self) -> Self:
        return self.published()

    def with_totals(self) -> Self:
        """Add `total_modules`, `total_contents` and `total_students`, each counted apart."""
        students = Course.students.through._default_manager.filter(left_at=None)
        return self.annotate(
            total_modules=_count(Module.objects.all(), "course"),
            total_contents=_count(Content.objects.all(), "module__course"),
            total_students=_count(students, "course"),
        )

    def with_place_of(self, user: Viewer) -> Self:
        """Add `is_joined`: whether this person is enrolled in the course now."""
        return self.annotate(is_joined=_studied_by(user))

    def matching(self, query: str) -> Self:
        """Courses in whose title, overview, subject or instructor's name every word occurs."""
        rows = self
        for word in query.split()[:8]:
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(overview__icontains=word)
                | Q(subject__title__icontains=word)
                | Q(owner__display_name__icontains=word)
            )
        return rows

    def free_slug(self, title: str) -> str:
        """A slug for a new course of that title."""
        return free_slug(self.all(), title, "course")


def _count(rows: "models.QuerySet[Any]", path: str) -> Coalesce:
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _studied_by(user: Viewer) -> Exists:
    rows = Course.students.through._default_manager.filter(student=user.pk, left_at=None)
    return Exists(rows.filter(course=OuterRef("pk")))


class Course(SavedWhole):
    """A course: what one instructor teaches in ordered modules.

    A draft is its owner's alone. A published course can be found by all and joined; an archived one
    is read on by those who study it, and nobody joins it any more.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="courses_created",
        verbose_name=_("owner"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="courses", verbose_name=_("subject")
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("slug"), max_length=SLUG_LENGTH, unique=True, validators=[refuse_reserved_slug]
    )
    overview = models.TextField(_("overview"), blank=True, help_text=_("In Markdown."))
    cover = StoredFileField(_("cover"), upload_to=cover_name, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    updated = models.DateTimeField(_("updated"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    students = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="students.Enrollment",
        related_name="courses_joined",
        verbose_name=_("students"),
    )

    if TYPE_CHECKING:
        total_modules: int
        total_contents: int
        total_students: int
        is_joined: bool

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        indexes = [
            models.Index(
                fields=["status", "-published_at", "-id"], name="courses_newest_published"
            ),
            models.Index(fields=["subject", "status"], name="courses_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS), name="course_slug_is_no_word_of_the_urls"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]),
                name="course_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course_detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Suggest a slug when there is none, and remember when the course was first published.

        Raises ValidationError for a new cover that is no picture.
        """
        if is_fresh(self.cover):
            self.cover = checked_picture(self.cover.file).file
        if not self.slug:
            self.slug = Course.objects.free_slug(self.title)
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "published_at"}
        super().save(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    def overview_html(self) -> "SafeString":
        return render_markdown(self.overview)


class ModuleQuerySet(OrderedQuerySet["Module"]):
    def readable_by(self, user: Viewer) -> Self:
        return self.filter(course__in=Course.objects.readable_by(user))

    def editable_by(self, user: Viewer) -> Self:
        return self.filter(course__in=Course.objects.editable_by(user))


class Module(Ordered):
    """One part of a course, with contents in order."""

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="modules", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    order = OrderField(_("order"), for_fields=["course"])

    objects = ModuleQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "order"], name="one_module_per_place_in_course"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ContentQuerySet(OrderedQuerySet["Content"]):
    def readable_by(self, user: Viewer) -> Self:
        return self.filter(module__course__in=Course.objects.readable_by(user))

    def editable_by(self, user: Viewer) -> Self:
        return self.filter(module__course__in=Course.objects.editable_by(user))

    def in_reading_order(self) -> Self:
        return self.order_by(F("module__order"), "order")


class Content(Ordered):
    """A place in a module, and the item that stands there: a row of any registered kind."""

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

    objects = ContentQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        constraints = [
            models.UniqueConstraint(
                fields=["module", "order"], name="one_content_per_place_in_module"
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
        super().save(*args, **kwargs)


def attachment_name(attachment: "Attachment", name: str) -> str:
    """Where the bytes of an attachment are kept."""
    return random_name("attachment", name)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def readable_by(self, user: Viewer) -> Self:
        """Files of courses that this person reads, without those that only instructors see."""
        rows = self.filter(course__in=Course.objects.readable_by(user))
        if sees_all_courses(user):
            return rows
        return rows.filter(Q(instructors_only=False) | Q(course__owner=user.pk))


class Attachment(SavedWhole):
    """A file that belongs to a course and is no content of its own.

    Pictures inside texts, and the sources of things that an import could keep but not show.
    """

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("course")
    )
    file = StoredFileField(_("file"), upload_to=attachment_name)
    name = models.CharField(_("name"), max_length=255, help_text=_("As readers see it."))
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes."))
    path = models.CharField(
        _("path"), max_length=500, blank=True, help_text=_("In the package it came from.")
    )
    instructors_only = models.BooleanField(_("for instructors only"), default=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["path", "name", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("media", args=[self.file.name])
