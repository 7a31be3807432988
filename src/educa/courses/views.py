"""The catalogue, the page of a course, and the files of courses."""

from html import unescape
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView

from educa.courses.catalogue import SORTS, Catalogue, catalogue_for_visitors, course_for_visitors
from educa.courses.media import find_media, media_response
from educa.courses.models import Course, Subject
from educa.courses.outline import outline_of, with_outline
from educa.courses.permissions import can_edit
from educa.lib.paging import KeysFirst
from educa.lib.visitors import same_for_visitors

MAX_QUERY = 200  # characters


@method_decorator(same_for_visitors("catalogue_page", catalogue_for_visitors), name="dispatch")
class CourseListView(ListView[Course]):
    """The published courses, of all subjects or of one; searched, sorted, in pages."""

    template_name = "courses/course/list.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Course]:
        self.catalogue = Catalogue()
        self.subjects = self.catalogue.subjects()
        self.subject = self._chosen_subject()
        self.query = self.request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
        self.sort = self.request.GET.get("sort", "")
        if self.sort not in SORTS:
            self.sort = "newest"
        courses = Course.objects.published().matching(self.query).select_related("subject", "owner")
        if self.subject:
            courses = courses.filter(subject=self.subject)
        return courses.with_totals().order_by(*SORTS[self.sort][1])

    def _chosen_subject(self) -> Subject | None:
        slug = self.kwargs.get("subject")
        if slug is None:
            return None
        for subject in self.subjects:
            if subject.slug == slug:
                return subject
        raise Http404

    def get_paginator(self, *args: Any, **kwargs: Any) -> KeysFirst[Course]:
        """One that need not count what the subjects have been counted for."""
        paginator = KeysFirst[Course](*args, **kwargs)
        if not self.query:
            paginator.count = self._total()
        return paginator

    def _total(self) -> int:
        """How many courses there are without a search."""
        return sum(
            each.total_courses for each in ([self.subject] if self.subject else self.subjects)
        )

    def _cards(self, page: Page[Course]) -> SafeString:
        def render() -> SafeString:
            return render_to_string("courses/course/cards.html", {"page": page})

        if self.query:
            return render()
        return self.catalogue.cards(self.subject, self.sort, page.number, render)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context |= {
            "page": context["page_obj"],
            "cards": self._cards(context["page_obj"]),
            "result_count": context["paginator"].count,
            "subjects": self.subjects,
            "total_courses": sum(subject.total_courses for subject in self.subjects),
            "search_total": self._total(),
            "subject": self.subject,
            "query": self.query,
            "sort": self.sort,
            "sorts": [(value, label) for value, (label, _order) in SORTS.items()],
        }
        return context


@method_decorator(same_for_visitors("course_page", course_for_visitors), name="dispatch")
class CourseDetailView(DetailView[Course]):
    """What a course is about, and what is inside."""

    template_name = "courses/course/detail.html"

    def get_queryset(self) -> QuerySet[Course]:
        visible = Course.objects.visible_to(self.request.user)
        rows = visible.select_related("subject", "owner").prefetch_related("co_instructors")
        return with_outline(rows.with_totals().with_place_of(self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        course = self.object
        is_instructor = self.request.user in course.instructors
        overview = course.overview_html()
        context |= {
            "overview": overview,
            # Plain text again, so that the template escapes it: quotes end an attribute.
            "summary": unescape(strip_tags(str(overview))),
            "modules": outline_of(course),
            "total_contents": course.total_contents,
            "enrollment": course.is_joined,
            "is_instructor": is_instructor,
            "can_edit": can_edit(self.request.user, course),
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
