"""The catalogue, the page of a course, and the files of courses."""

import re
from html import unescape
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView

from educa.courses.cards import PER_PAGE, SORTS, PublishedCards, cover_html
from educa.courses.catalogue import (
    Catalogue,
    came_along,
    catalogue_for_visitors,
    course_for_visitors,
)
from educa.courses.catalogue_page import Asked, facets_html, hero_html, toolbar_html
from educa.courses.course_page import (
    facts_html,
    heading_html,
    outline_html,
    shown_course,
    shown_modules,
)
from educa.courses.media import find_media, media_response
from educa.courses.models import Course
from educa.courses.permissions import can_edit
from educa.lib.paths import path_of
from educa.lib.visitors import same_for_visitors

MAX_QUERY = 200  # characters
PAGE = re.compile("[1-9][0-9]{0,4}")


@method_decorator(same_for_visitors("catalogue_page", catalogue_for_visitors), name="dispatch")
class CourseListView(ListView[Course]):
    """The published courses, of all subjects or of one; searched, sorted, in pages."""

    template_name = "courses/course/list.html"
    place = "catalogue"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        asked = self.request.GET
        query = asked.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
        sort = asked.get("sort", "")
        self.sort = sort if sort in SORTS else "newest"
        slug = self.kwargs.get("subject", "")
        came = came_along(self.request)
        courses = came or PublishedCards(self.sort, slug, query, self._places())
        self.catalogue = Catalogue(self.request, courses)
        self.subjects = self.catalogue.subjects()
        self.subject = next((each for each in self.subjects if each.slug == slug), None)
        if slug and self.subject is None:
            raise Http404
        return courses

    def _places(self) -> slice:
        """Which courses the page is likely to show; whether there is such a page is seen later."""
        asked = PAGE.fullmatch(self.request.GET.get("page", "1"))
        start = (int(asked[0]) - 1) * self.paginate_by if asked else 0
        return slice(start, start + self.paginate_by)  # of the same length on the last page

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator[Any]:
        """One that need not count what the subjects have been counted for."""
        paginator: Paginator[Any] = super().get_paginator(*args, **kwargs)
        if not self.catalogue.courses.query:
            paginator.count = self._total()
        return paginator

    def _total(self) -> int:
        """How many courses there are without a search."""
        shown = [self.subject] if self.subject else self.subjects
        return sum(each.total_courses for each in shown)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        count = context["paginator"].count
        total = sum(each.total_courses for each in self.subjects)
        query = self.catalogue.courses.query
        is_sorted = bool(self.request.GET.get("sort"))
        asked = Asked(self.request.path, self.subject, query, self.sort, is_sorted)
        is_signed_in = self.request.user.is_authenticated
        context |= {
            "page": page,
            "hero": hero_html(asked, self._total(), has_search=total > 0),
            "facets": facets_html(self.subjects, self.subject, total, self._kept_query()),
            "toolbar": toolbar_html(asked, count, is_signed_in=is_signed_in) if total else "",
            "cards": self.catalogue.cards(self.subject, self.sort, page) if count else "",
            "result_count": count,
            "subjects": self.subjects,
            "subject": self.subject,
            "query": query,
        }
        return context

    def _kept_query(self) -> str:
        """What of the address goes along to another subject: the search and the order."""
        if not self.request.GET:
            return ""
        asked = self.request.GET.copy()
        asked.pop("page", None)
        return f"?{asked.urlencode()}"


@method_decorator(same_for_visitors("course_page", course_for_visitors), name="dispatch")
class CourseDetailView(DetailView[Course]):
    """What a course is about, and what is inside."""

    template_name = "courses/course/detail.html"
    place = "catalogue"

    def get_object(self, queryset: Any = None) -> Course:
        came = came_along(self.request)
        course = came or shown_course(self.request.user, self.kwargs["slug"])
        if course is None:
            raise Http404
        return course

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        course = self.object
        instructors = course.instructors
        is_instructor = self.request.user in instructors
        overview = course.overview_html()
        modules = shown_modules(course)
        url = path_of("course_detail", course.slug)
        cover = course.cover.name or ""
        context |= {
            "course_url": url,
            "address": f"{self.request.scheme}://{self.request.get_host()}{url}",
            "heading": heading_html(course, instructors),
            "cover": cover_html(cover, course.slug, course.subject.slug, "side", is_late=False),
            "facts": facts_html(course),
            "overview": overview,
            # Plain text again, so that the template escapes it: quotes end an attribute.
            "summary": unescape(strip_tags(str(overview))),
            "modules": modules,
            "outline": outline_html(modules, is_closed=not (course.is_joined or is_instructor)),
            "enrollment": course.is_joined,
            "is_instructor": is_instructor,
            "can_edit": is_instructor and can_edit(self.request.user, course),
            "can_enroll": course.is_published and not is_instructor,
            "is_preview": course.status == Course.Status.DRAFT,
            "is_archived": course.status == Course.Status.ARCHIVED,
        }
        return context


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file of a course, for those who may read what it belongs to; 404 for everybody else."""
    found = find_media(request.user, name)
    if found is None:
        raise Http404
    return media_response(request, found)
