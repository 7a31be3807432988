"""Courses, and who may see and change them."""

from typing import TYPE_CHECKING, Any, Self, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import IntegrityError, models
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.models.codes import CODE_LENGTH, new_code
from educa.courses.models.slugs import (
    RESERVED_SLUGS,
    SLUG_LENGTH,
    free_slug,
    refuse_reserved_slug,
)
from educa.courses.models.subject import Subject
from educa.lib.files import SavedWhole, is_fresh
from educa.lib.markdown import render_markdown
from educa.lib.pictures import PictureField, PictureFile
from educa.lib.storage import random_name
from educa.lib.trash import DOOMED, UNFINISHED, Trashable
from educa.lib.uploads import checked_picture

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

Viewer = User | AnonymousUser

MOST_WORDS = 8  # of a search


def sees_all_courses(user: Viewer) -> bool:
    """Whether this person looks after the site, and so may read every course."""
    return user.is_active and user.is_staff and user.has_perm("courses.view_course")


def cover_name(course: "Course", name: str) -> str:
    """Where the bytes of a course's cover are kept."""
    return random_name("cover", name)


class CourseQuerySet(models.QuerySet["Course"]):
    """Every door leaves out what is in the trash; the plain queryset, which numbers slugs, does not."""

    def present(self) -> Self:
        """Without the courses in the trash."""
        return self.filter(trashed_at=None)

    def published(self) -> Self:
        return self.present().filter(status=Course.Status.PUBLISHED)

    def visible_to(self, user: Viewer) -> Self:
        """Courses whose page this person may see: published ones, those they teach, and those they study."""
        if sees_all_courses(user):
            return self.present()
        if not user.is_authenticated:
            return self.published()
        studied = Q(_studied_by(user), status=Course.Status.ARCHIVED)
        return self.present().filter(Q(status=Course.Status.PUBLISHED) | _taught_by(user) | studied)

    def readable_by(self, user: Viewer) -> Self:
        """Courses whose contents this person may open: those they study, teach or look after."""
        if sees_all_courses(user):
            return self.present()
        if not user.is_authenticated or not user.is_active:
            return self.none()
        studied = Q(_studied_by(user)) & ~Q(status=Course.Status.DRAFT)
        return self.present().filter(_taught_by(user) | studied)

    def taught_by(self, user: Viewer) -> Self:
        """Courses that are this person's, or whose co-instructor they are."""
        return self.present().filter(_taught_by(user))

    def editable_by(self, user: Viewer) -> Self:
        """Courses that this person may change: those they teach, while they are an instructor."""
        if not user.has_perm("courses.change_course"):
            return self.none()
        return self.taught_by(user)

    def owned_by(self, user: Viewer) -> Self:
        """Courses that this person may delete and hand over: their own, while they are an instructor."""
        return self.editable_by(user).filter(owner=user.pk)

    def in_trash_of(self, user: Viewer) -> Self:
        """Deleted courses that this person may take back."""
        if not user.has_perm("courses.change_course"):
            return self.none()
        return self.filter(owner=user.pk, trashed_at__gt=DOOMED, trashed_at__lt=UNFINISHED)

    def open_for_enrollment(self) -> Self:
        return self.published()

    def with_totals(self) -> Self:
        """Add `total_modules`, `total_contents` and `total_students`, each counted apart."""
        modules = Course.modules.rel.related_model
        contents = modules.contents.rel.related_model
        students = Course.students.through._default_manager.filter(left_at=None)
        return self.annotate(
            total_modules=_count(modules._default_manager.all(), "course"),
            total_contents=_count(contents._default_manager.all(), "module__course"),
            total_students=_count(students, "course"),
        )

    def with_place_of(self, user: Viewer) -> Self:
        """Add `is_joined` and `is_asked`: whether this person is enrolled now, and waits to be let in."""
        return self.annotate(is_joined=_studied_by(user), is_asked=_asked_by(user))

    def with_part_of(self, user: Viewer) -> Self:
        """Add `is_taught`: whether this person is an instructor of the course."""
        return self.annotate(is_taught=ExpressionWrapper(_taught_by(user), BooleanField()))

    def matching(self, query: str) -> Self:
        """Courses in whose title, overview, subject or instructor's name every word occurs."""
        rows = self
        for word in query.split()[:MOST_WORDS]:
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(overview__icontains=word)
                | Q(subject__title__icontains=word)
                | Q(owner__display_name__icontains=word)
            )
        return rows

    def titled(self, query: str) -> Self:
        """Courses in whose title every word occurs."""
        rows = self
        for word in query.split()[:MOST_WORDS]:
            rows = rows.filter(title__icontains=word)
        return rows

    def free_slug(self, title: str) -> str:
        """A slug for a new course of that title."""
        return free_slug(self.all(), title, "course")


def _count(rows: "models.QuerySet[Any]", path: str) -> Coalesce:
    # All rows and not their keys, for which an index need not have them.
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("*"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _studied_by(user: Viewer) -> Exists:
    rows = Course.students.through._default_manager.filter(student=user.pk, left_at=None)
    return Exists(rows.filter(course=OuterRef("pk")))


def _asked_by(user: Viewer) -> Exists:
    requests = Course.enrollment_requests.rel.related_model._default_manager
    return Exists(requests.filter(student=user.pk, course=OuterRef("pk")))


def _taught_by(user: Viewer) -> Q:
    rows = Course.co_instructors.through._default_manager.filter(user=user.pk)
    return Q(owner=user.pk) | Q(Exists(rows.filter(course=OuterRef("pk"))))


class Course(SavedWhole, Trashable):
    """A course: what an instructor, perhaps with co-instructors, teaches in ordered modules.

    A draft is for those who teach it alone. A published course can be found by all and joined; an
    archived one is read on by those who study it, and nobody joins it any more.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    class Admission(models.TextChoices):
        OPEN = "open", _("Open to everybody")
        CODE = "code", _("With an invitation code")
        APPROVAL = "approval", _("After approval")
        CLOSED = "closed", _("Closed")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="courses_created",
        verbose_name=_("owner"),
    )
    co_instructors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="courses_assisted",
        blank=True,
        verbose_name=_("co-instructors"),
        help_text=_("They edit the course, but can't delete it or hand it over."),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="courses", verbose_name=_("subject")
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("slug"), max_length=SLUG_LENGTH, unique=True, validators=[refuse_reserved_slug]
    )
    overview = models.TextField(_("overview"), blank=True, help_text=_("In Markdown."))
    cover = PictureField(_("cover"), upload_to=cover_name, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    updated = models.DateTimeField(_("updated"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    admission = models.CharField(
        _("admission"), max_length=8, choices=Admission, default=Admission.OPEN
    )
    invitation_code = models.CharField(
        _("invitation code"), max_length=CODE_LENGTH, blank=True, default="", editable=False
    )
    places = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many students the course takes; empty for any number."),
    )
    students = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="students.Enrollment",
        related_name="courses_joined",
        verbose_name=_("students"),
    )

    if TYPE_CHECKING:
        modules: Any
        enrollment_requests: Any
        total_modules: int
        total_contents: int
        total_students: int
        is_joined: bool
        is_asked: bool
        is_taught: bool
        hits: int

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
            models.Index(
                fields=["trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="courses_in_trash",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS), name="course_slug_is_no_word_of_the_urls"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]),
                name="course_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(admission__in=["open", "code", "approval", "closed"]),
                name="course_admission_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(admission="code", invitation_code=""),
                name="course_by_invitation_has_a_code",
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gte=1), name="course_has_a_place_at_least"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course_detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Suggest a slug when there is none, make an invitation code where one is needed, and remember when
        the course was first published.

        Raises ValidationError for a new cover that is no picture.
        """
        self.prepare_cover()
        if self.admission == self.Admission.CODE and not self.invitation_code:
            self.invitation_code = new_code()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "invitation_code"}
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "published_at"}
        if self.slug:
            super().save(*args, **kwargs)
        else:
            self._save_with_suggested_slug(*args, **kwargs)

    def prepare_cover(self) -> None:
        """Judge a new cover and shrink it; as that takes long, best done before a transaction begins.

        Raises ValidationError for one that is no picture.
        """
        if is_fresh(self.cover) and cast("PictureFile", self.cover).shrunk is None:
            self.cover = checked_picture(self.cover.file).file
            self.cover.field.prepare(self)

    def _save_with_suggested_slug(self, *args: Any, **kwargs: Any) -> None:
        """Somebody else may take a free slug before this row is written: then the next one it is."""
        cover = self.cover.file if is_fresh(self.cover) else None
        while True:
            self.slug = Course.objects.free_slug(self.title)
            try:
                return super().save(*args, **kwargs)
            except IntegrityError:
                if not Course.objects.filter(slug=self.slug).exclude(pk=self.pk).exists():
                    raise
                if cover is not None:  # the stored file went when the row could not be written
                    self.cover = cover

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_full(self) -> bool:
        """Whether no place is left, for rows that came through `with_totals`."""
        return self.places is not None and self.total_students >= self.places

    @property
    def instructors(self) -> list[User]:
        """Who teaches the course: its owner first, then the co-instructors by name."""
        others = sorted(self.co_instructors.all(), key=lambda user: user.shown_name.lower())
        return [self.owner, *others]

    def overview_html(self) -> "SafeString":
        return render_markdown(self.overview)
