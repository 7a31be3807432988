"""Where the files of a course are used: the texts that name their addresses."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Attachment, Course, TextDraft

ADDRESS = re.compile(r"attachment/[0-9a-f]{32}")
NAMED = "attachment/"  # what a text must hold to be looked at
BATCH = 100  # texts in memory at once


@dataclass(frozen=True)
class Mention:
    """A place that names a file: what it is called and the page that leads there."""

    title: str
    url: str
    note: str = ""


def mentions_of(
    attachments: Collection[Attachment], course: Course
) -> dict[Attachment, list[Mention]]:
    """The places in the course that name these files: texts, deleted and unsaved ones too, the overview.

    One statement for each kind with texts in it, however many files there are.
    """
    wanted = {key: attachment for attachment in attachments for key in _keys(attachment.file.name)}
    found: dict[Attachment, list[Mention]] = defaultdict(list)
    for text, mention in _texts(course):
        for key in sorted(set(ADDRESS.findall(text)) & wanted.keys()):
            found[wanted[key]].append(mention)
    return found


def _keys(name: str | None) -> list[str]:
    """What the address of a file and those of its smaller pictures have in common."""
    return ADDRESS.findall(name or "")


def _texts(course: Course) -> Iterator[tuple[str, Mention]]:
    yield (
        course.overview,
        Mention(_("Overview of the course"), reverse("course_edit", args=[course.pk])),
    )
    for kind in kinds():
        if kind.model.text_fields():
            yield from _items(kind, course)
    drafts = TextDraft.objects.filter(module__course=course, content__contains=NAMED)
    for draft in drafts.select_related("text", "module").iterator(BATCH):
        yield draft.content, _of_draft(draft)


def _items(kind: Kind, course: Course) -> Iterator[tuple[str, Mention]]:
    names = kind.model.text_fields()
    condition = Q()
    for name in names:
        condition |= Q(**{f"{name}__contains": NAMED})
    # Not through the manager of contents: a text in the trash may come back.
    rows = kind.model._base_manager.filter(condition, contents__module__course=course)
    places = ("pk", "title", "contents__module", "contents__trashed_at")
    for pk, title, module, trashed_at, *texts in rows.values_list(*places, *names).iterator(BATCH):
        if trashed_at:
            trash = reverse("course_trash", args=[course.pk])
            mention = Mention(title, trash, _("in the trash"))
        else:
            mention = Mention(title, reverse("module_content_update", args=[module, kind.name, pk]))
        yield "\n".join(texts), mention


def _of_draft(draft: TextDraft) -> Mention:
    where = [draft.module_id, "text"]
    page = (
        reverse("module_content_update", args=[*where, draft.text_id])
        if draft.text_id
        else reverse("module_content_create", args=where)
    )
    return Mention(str(draft), page, _("not saved yet"))
