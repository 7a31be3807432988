"""What is held about people who teach, and what becomes of what they have made."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db.models import FileField, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import CaptionTrack, Content, Course
from educa.lib.privacy import (
    Basis,
    Category,
    Fact,
    HeldFile,
    Obstacle,
    OnErasure,
    PersonalData,
    declare,
    declare_impersonal,
    facts,
    guard,
)
from educa.lib.uploads import shown_name

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.fields.files import FieldFile

    from educa.accounts.models import User
    from educa.courses.kinds.base import ItemBase

WHILE_COURSE = _("as long as the course")
LONGEST_NAME = 80  # characters, of a file in an export without its ending
AWKWARD = re.compile(r"[^\w.()+-]+")


@guard
def owns_courses(person: "User") -> Iterable[Obstacle]:
    """A course must have an owner: it is handed over first, or deleted for good."""
    mine = Course.objects.filter(owner=person).order_by("title", "pk")
    there = tuple((course.title, _place(course, person)) for course in mine.present())
    gone = tuple((course.title, "") for course in mine.exclude(trashed_at=None))
    if there:
        yield Obstacle(
            _("These courses belong to you. Hand them over to another instructor, or delete them."),
            there,
        )
    if gone:
        yield Obstacle(
            _("These courses are in your trash. Delete them for good, or take them back."), gone
        )


def _place(course: Course, person: "User") -> str:
    teaches = person.has_perm("courses.change_course")
    return reverse("course_hand_over", args=[course.pk]) if teaches else course.get_absolute_url()


# Files in an export


def _held(folder: str, name: str, file: "FieldFile", pk: object, kind: str) -> HeldFile:
    """A path that a reader understands, and that no other file has."""
    stored = PurePath(str(file.name))
    stem = AWKWARD.sub("-", shown_name(PurePath(name).stem or name)).strip(".-") or kind
    path = f"files/{folder}/{kind}-{pk}-{stem[:LONGEST_NAME]}{stored.suffix}"
    return HeldFile(path, file.storage, str(file.name))


def _files_of_course(course: Course) -> Iterator[HeldFile]:
    if course.cover:
        yield _held(course.slug, "cover", course.cover, course.pk, "cover")
    for attachment in course.attachments.iterator():
        yield _held(course.slug, attachment.name, attachment.file, attachment.pk, "attachment")


def _files_of_item(item: "ItemBase") -> Iterator[HeldFile]:
    folder = getattr(item, "course_slug", None) or "without-a-course"
    kind = str(item._meta.model_name)
    for name in item.media_fields():
        file = getattr(item, name)
        if file:
            shown = getattr(item, "name", "") or item.title
            yield _held(folder, shown, file, item.pk, kind)
    for track in CaptionTrack.objects.filter(video=item.pk) if kind == "video" else ():
        yield _held(folder, f"{item.title}-{track.language}", track.file, track.pk, "captions")


# What is told


def _courses(person: "User") -> "QuerySet[Course]":
    return Course.objects.filter(owner=person).select_related("subject").order_by("pk")


def _course(course: Course) -> Iterable[Fact]:
    columns = ("title", "slug", "overview", "status", "created", "updated", "published_at")
    return [*facts(course, *columns), Fact("subject", _("subject"), course.subject.title)]


def _items(kind: Kind, person: "User") -> "QuerySet[ItemBase]":
    place = Content.everything.filter(
        content_type=kind.content_type().pk, object_id=OuterRef("pk")
    ).values("module__course__slug")
    rows = kind.model._base_manager.filter(owner=person)
    return rows.annotate(course_slug=Subquery(place[:1])).order_by("pk")


def _item(item: "ItemBase") -> Iterable[Fact]:
    left_out = (FileField,)
    columns = [
        column.name
        for column in item._meta.concrete_fields
        if not (column.primary_key or column.is_relation or isinstance(column, left_out))
    ]
    slug = getattr(item, "course_slug", None)
    return [Fact("course", _("course"), slug), *facts(item, *columns)]


def _reown(kind: Kind, person: "User") -> None:
    """What stands in a course goes to the owner of the course; what stands nowhere goes altogether."""
    place = Content.everything.filter(
        content_type=kind.content_type().pk, object_id=OuterRef("pk")
    ).values("module__course__owner")
    mine = kind.model._base_manager.filter(owner=person)
    mine = mine.annotate(course_owner=Subquery(place[:1]))
    mine.exclude(course_owner=None).update(owner=Subquery(place[:1]))
    kind.model._base_manager.filter(owner=person).delete()


def _items_of(kind: Kind) -> PersonalData:
    return PersonalData(
        name=f"items_{kind.name}",
        model=kind.model._meta.label,
        relation="owner",
        category=Category.TEACHING,
        title=kind.model._meta.verbose_name_plural or kind.name,
        purpose=_("To show in your courses what you have made for them"),
        basis=Basis.INTEREST,
        retention=WHILE_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        remark=_("They belong to the owner of their course then"),
        describe=_item,
        rows=partial(_items, kind),
        files=_files_of_item,
        erase=partial(_reown, kind),
    )


def _thrown_away(model: str, name: str, title: Any) -> PersonalData:
    return PersonalData(
        name=name,
        model=model,
        relation="trashed_by",
        category=Category.TEACHING,
        title=title,
        purpose=_("To tell those who teach with you who has deleted something"),
        basis=Basis.INTEREST,
        retention=_("as long as it is in the trash"),
        on_erasure=OnErasure.ANONYMIZE,
        describe=lambda row: [Fact("title", _("title"), str(row)), *facts(row, "trashed_at")],
    )


declare(
    PersonalData(
        name="courses",
        model="courses.Course",
        relation="owner",
        category=Category.TEACHING,
        title=_("Courses that belong to you"),
        purpose=_("To let you build courses, and to tell students who teaches them"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.KEEP,
        remark=_("You hand them over or delete them before your account can be deleted"),
        describe=_course,
        rows=_courses,
        files=_files_of_course,
    ),
    PersonalData(
        name="courses_assisted",
        model="courses.Course_co_instructors",
        relation="user",
        category=Category.TEACHING,
        title=_("Courses of others that you teach"),
        purpose=_("To let you edit them"),
        retention=_("as long as you teach there"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: [Fact("course", _("course"), row.course.title)],
    ),
    *[_items_of(kind) for kind in kinds()],
    PersonalData(
        name="text_versions",
        model="courses.TextVersion",
        relation="author",
        category=Category.TEACHING,
        title=_("Versions of texts that you saved"),
        purpose=_("To show those who teach a course who changed what"),
        basis=Basis.INTEREST,
        retention=WHILE_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        describe=lambda row: facts(row, "title", "content", "format", "saved_at"),
    ),
    PersonalData(
        name="text_drafts",
        model="courses.TextDraft",
        relation="author",
        category=Category.TEACHING,
        title=_("Drafts of texts"),
        purpose=_("To lose nothing that you type"),
        retention=_("until the text is saved"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "title", "content", "format", "saved_at"),
    ),
    PersonalData(
        name="uploads",
        model="courses.Upload",
        relation="owner",
        category=Category.TEACHING,
        title=_("Unfinished uploads"),
        purpose=_("To go on with a file that is on its way"),
        retention=_("a day after the last part"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "name", "size", "received", "created", "touched"),
        paths=lambda row: [row.path],
    ),
    _thrown_away("courses.Course", "courses_trashed", _("Courses that you put into the trash")),
    _thrown_away("courses.Module", "modules_trashed", _("Modules that you put into the trash")),
    _thrown_away("courses.Content", "contents_trashed", _("Contents that you put into the trash")),
)
declare_impersonal("courses.Content", "content_type", "leads to items, which are declared by kind")
