"""The outline of a course for one person: what there is, and what of it they have done.

The statements that it takes do not grow with the course.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Course, Module
from educa.courses.outline import Entry, Part, kept_outline
from educa.lib.paths import path_to
from educa.students.models import Completion, Enrollment, Position


@dataclass
class Progress:
    """How many contents there are, and how many of them are done."""

    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int:
        """How much is done; nothing to do is 0."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_complete(self) -> bool:
        """Whether there is something, and all of it is done."""
        return 0 < self.total <= self.done

    def figures(self) -> dict[str, int]:
        """The numbers by their names, for pages and for scripts."""
        return {"done": self.done, "total": self.total, "percent": self.percent}


def progress_of(enrollment: Enrollment) -> Progress:
    """How far the student is in the course."""
    own = Q(completions__enrollment=enrollment.pk)
    rows = Content.objects.shown().filter(module__course=enrollment.course_id)
    rows = rows.annotate(own_completions=FilteredRelation("completions", condition=own))
    return Progress(**rows.aggregate(done=Count("own_completions"), total=Count("pk")))


def whole_outline_of(course: Course) -> tuple[list[Part], list[Entry]] | None:
    """All modules and all contents, as if none were done; None for a long course.

    Takes no statement where the outline is kept.
    """
    outline = kept_outline(course)
    if outline is None:
        return None
    entries = list(_numbered(course, ((*row, False) for row in outline.contents)))
    totals = Counter(entry.module_pk for entry in entries)
    pattern = path_to("student_course_detail_module", course.pk, 0)
    parts = [
        Part(*(pk, title, "", place), total=totals[pk], url=pattern.replace("/0/", f"/{pk}/"))
        for place, (pk, title, _description) in enumerate(outline.modules, 1)
    ]
    return parts, entries


def parts_of(course: Course, enrollment: Enrollment | None) -> list[Part]:
    """The modules, without their contents, but with how many there are and how many are done."""
    shown = Q(contents__trashed_at=None, contents__content_type__in=list(_kind_names()))
    own = Q(contents__completions__enrollment=_key(enrollment))
    rows = Module.objects.filter(course=course).annotate(
        own_completions=FilteredRelation("contents__completions", condition=own),
        total=Count("contents", filter=shown),
        done=Count("own_completions", filter=shown),
    )
    pattern = path_to("student_course_detail_module", course.pk, 0)
    return [
        Part(pk, title, "", place, total=total, done=done, url=pattern.replace("/0/", f"/{pk}/"))
        for place, (pk, title, total, done) in enumerate(
            rows.order_by("order").values_list("pk", "title", "total", "done"), 1
        )
    ]


def entries_of(
    course: Course, contents: "QuerySet[Content]", enrollment: Enrollment | None
) -> list[Entry]:
    """These contents of the course in reading order; `place` is that among those of one module."""
    own = Completion.objects.filter(content=OuterRef("pk"), enrollment=_key(enrollment))
    rows = Content.objects.shown().filter(module__course=course, pk__in=contents.values("pk"))
    rows = rows.with_titles().annotate(is_done=Exists(own)).in_reading_order()
    columns = "pk", "content_type", "shown_title", "module", "object_id", "is_done"
    names = _kind_names()
    found = ((pk, names[kind], *rest) for pk, kind, *rest in rows.values_list(*columns))
    return list(_numbered(course, found))


def surroundings_of(
    course: Course, content: int, enrollment: Enrollment | None
) -> tuple[Part, list[Entry]] | None:
    """The module of a content, and the content between the one before and the one after it, in whatever module.

    None when the course has no such content. Takes two statements.
    """
    shown = Content.objects.shown().filter(module__course=course)
    earlier = Module.objects.filter(course=course, order__lte=OuterRef("module__order"))
    number = earlier.order_by().values("course").annotate(number=Count("pk")).values("number")
    columns = "module", "module__title", "number", "module__order", "order"
    here = shown.filter(pk=content).annotate(number=Subquery(number)).values_list(*columns).first()
    if here is None:
        return None
    module, title, place, module_order, order = here
    before = Q(module=module, order__lt=order) | Q(module__order__lt=module_order)
    after = Q(module=module, order__gt=order) | Q(module__order__gt=module_order)
    ordered = shown.in_reading_order()
    previous, following = ordered.filter(before).reverse(), ordered.filter(after)
    around = Content.objects.filter(
        Q(pk=content)
        | Q(pk=Subquery(previous.values("pk")[:1]))
        | Q(pk=Subquery(following.values("pk")[:1]))
    )
    return Part(module, title, "", place), entries_of(course, around, enrollment)


def entries_at(
    course: Course, before: Part | None, after: Part | None, enrollment: Enrollment | None
) -> list[Entry]:
    """The last content of one module, and the first of another; takes one statement."""
    shown = Content.objects.shown().order_by("order")
    last = shown.filter(module=before.pk if before else None).reverse()
    first = shown.filter(module=after.pk if after else None)
    ends = Q(pk=Subquery(last.values("pk")[:1])) | Q(pk=Subquery(first.values("pk")[:1]))
    return entries_of(course, Content.objects.filter(ends), enrollment)


def new_since_completed(course: Course, enrollment: Enrollment) -> int:
    """How many contents have come since the student completed the course.

    What they marked as not done themselves is not among them.
    """
    done = Completion.objects.filter(enrollment=enrollment, content=OuterRef("pk"))
    marked = Position.objects.filter(
        enrollment=enrollment, content=OuterRef("pk"), decided_at__isnull=False
    )
    rows = Content.objects.shown().filter(module__course=course)
    return rows.exclude(Exists(done)).exclude(Exists(marked)).count()


def _numbered(course: Course, rows: Iterable[tuple[Any, ...]]) -> Iterator[Entry]:
    module, place = 0, 0
    pattern = path_to("student_content_detail", course.pk, 0)
    for pk, kind, title, module_pk, item_pk, is_done in rows:
        place = place + 1 if module_pk == module else 1
        module = module_pk
        yield Entry(
            pk=pk,
            kind=kind,
            title=str(title) if title is not None else _("(missing)"),
            place=place,
            module_pk=module,
            item_pk=item_pk,
            url=pattern.replace("/0/", f"/{pk}/"),
            is_done=bool(is_done),
        )


def _kind_names() -> dict[int, str]:
    return {kind.content_type().pk: kind.name for kind in kinds()}


def _key(enrollment: Enrollment | None) -> int | None:
    return enrollment.pk if enrollment else None
