"""Which addresses in the texts of a course its students can't open."""

from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Q, QuerySet
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from educa.courses.addresses import Reference, is_this_site
from educa.courses.kinds.registry import Kind, kind_named
from educa.courses.models import Attachment, Course
from educa.courses.outline import Part
from educa.lib.html import is_local
from educa.lib.renditions import original_of

NAMES = 500  # names of files that one statement asks for
KEY_DIGITS = 18  # with which every number is a key that a database can look for

PLAYER = {"student_course_detail", "student_course_detail_module", "student_content_detail"}

NOTHING_THERE: Promise = _("There is nothing at this address.")
NO_SUCH_PART: Promise = _("No heading of this text has this address.")
NOT_IN_COURSE: Promise = _("It is not part of this course.")
NOT_PUBLISHED: Promise = _("There is no published course at this address.")
FOR_INSTRUCTORS: Promise = _("It is for instructors only.")
NOT_UPLOADED: Promise = _("It was not uploaded to this course.")


def items_of(course: Course, kind: Kind) -> QuerySet[Any]:
    """The items of one kind in a course, without those in the trash."""
    return kind.model._base_manager.filter(
        contents__module__course=course,
        contents__module__trashed_at=None,
        contents__trashed_at=None,
    )


class Links:
    """The addresses of a course, to which others are compared; modules and contents are those of `parts`."""

    def __init__(self, course: Course, parts: Sequence[Part]) -> None:
        self.course = course
        self.modules = {part.pk for part in parts}
        self.contents = {entry.pk: part.pk for part in parts for entry in part.outline}
        self.player = reverse("student_course_detail", args=[course.pk])

    def closed(self, references: Iterable[Reference]) -> dict[Reference, Promise]:
        """Those of the references that students can't open, or don't see, and why.

        Addresses of other sites, to which only links may lead, are taken to be good.
        """
        found: dict[Reference, Promise] = {}
        media: dict[Reference, str] = {}
        pages: dict[Reference, str] = {}
        for reference in references:
            if reference.is_picture and not is_local(reference.address):
                found[reference] = NOT_UPLOADED
            elif address := self._on_this_site(reference.address):
                match = _match(address.path)
                if match and match.url_name == "media":
                    media[reference] = str(match.kwargs["name"])
                elif match and match.url_name == "course_detail":
                    pages[reference] = str(match.kwargs["slug"])
                elif reason := self._refusal(address, match):
                    found[reference] = reason
        return found | self._closed_media(media) | self._closed_pages(pages)

    def _on_this_site(self, address: str) -> SplitResult | None:
        """Where an address leads from the player, if that is on this site; None for other places."""
        try:
            parts = urlsplit(urljoin(self.player, unescape(address)))
            here = not parts.netloc or is_this_site(parts.netloc)
        except ValueError:
            return None
        if parts.scheme not in {"", "http", "https"} or not here or address.startswith("#"):
            return None
        return parts

    def _refusal(self, address: SplitResult, match: ResolverMatch | None) -> Promise | None:
        if match is None:
            return NOTHING_THERE
        if match.url_name in PLAYER:
            return self._closed_place(address, **match.kwargs)
        return FOR_INSTRUCTORS if _is_guarded(match) else None

    def _closed_place(
        self,
        address: SplitResult,
        pk: int,
        module_id: int | None = None,
        content_id: int | None = None,
    ) -> Promise | None:
        if pk != self.course.pk:
            return NOT_IN_COURSE
        if content_id is not None and content_id not in self.contents:
            return NOTHING_THERE
        wanted = parse_qs(address.query).get("content", [""])[0]
        module = self.contents.get(int(wanted)) if _is_key(wanted) else None
        if wanted and (module is None or module_id not in {None, module}):
            return NOTHING_THERE
        return NOTHING_THERE if module_id and module_id not in self.modules else None

    def _closed_pages(self, slugs: Mapping[Reference, str]) -> dict[Reference, Promise]:
        others = {slug for slug in slugs.values() if slug != self.course.slug}
        open_ones = {self.course.slug}
        for some in _in_parts(others):
            rows = Course.objects.published().filter(slug__in=some)
            open_ones.update(rows.values_list("slug", flat=True))
        return {ref: NOT_PUBLISHED for ref, slug in slugs.items() if slug not in open_ones}

    def _closed_media(self, names: Mapping[Reference, str]) -> dict[Reference, Promise]:
        originals = {ref: original_of(name) or name for ref, name in names.items()}
        known = self._files(set(originals.values())) if names else {}
        unknown = {ref: NOT_UPLOADED for ref, name in originals.items() if name not in known}
        hidden = {ref: FOR_INSTRUCTORS for ref, name in originals.items() if known.get(name)}
        return unknown | hidden

    def _files(self, names: set[str]) -> dict[str, bool]:
        """Those of the names that are files of the course, and whether they are for instructors only."""
        rows = Attachment.objects.filter(course=self.course)
        known = dict(rows.values_list("file", "instructors_only"))
        known[str(self.course.cover)] = False
        names = {name for name in names if "\0" not in name}  # no database can look for that
        for kind in filter(None, map(kind_named, {name.partition("/")[0] for name in names})):
            for field in kind.model.media_fields():
                for some in _in_parts(names - known.keys()):
                    items = items_of(self.course, kind).filter(Q(**{f"{field}__in": some}))
                    known |= dict.fromkeys(items.values_list(field, flat=True), False)
        return known


def _match(path: str) -> ResolverMatch | None:
    """The view at a path, with a slash added where one is missing; None where there is none."""
    bare = "/" + unquote(path).removeprefix(get_script_prefix())
    for tried in (bare, bare if bare.endswith("/") else f"{bare}/"):
        try:
            return resolve(tried)
        except Resolver404:
            continue
    return None


def _is_guarded(match: ResolverMatch) -> bool:
    """Whether only who has some permission may see the page."""
    view = getattr(match.func, "view_class", None)
    guarded = isinstance(view, type) and issubclass(view, PermissionRequiredMixin)
    return guarded or "admin" in match.app_names


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= KEY_DIGITS


def _in_parts(names: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(names)
    return (ordered[start : start + NAMES] for start in range(0, len(ordered), NAMES))
