"""Searching in the courses that one reads."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404
from django.views.generic import ListView

from educa.courses.models import Course
from educa.courses.search import search
from educa.lib.folding import LONGEST_QUERY, query_for
from educa.lib.keys import key_in
from educa.students.models import Note
from educa.students.views.notes import address_of

MOST_COURSES = 50  # to choose from


class SearchView(LoginRequiredMixin, ListView[Any]):
    """What was found in all courses that the person may read, or in one of them."""

    template_name = "students/search/results.html"
    paginate_by = 20

    def get_queryset(self) -> Any:
        self.text = self.request.GET.get("q", "").strip()[:LONGEST_QUERY]
        self.query = query_for(self.text)
        self.course = self._chosen_course()
        self.results = search(self.request.user, self.query, self.course)
        return self.results

    def _chosen_course(self) -> Course | None:
        """Raises Http404 for a course that the person may not read."""
        key = key_in(self.request.GET.get("course", ""))
        if not key:
            return None
        return get_object_or_404(Course.objects.readable_by(self.request.user), pk=key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        hits = [(hit, address_of(hit.content)) for hit in page]
        courses = self.results.courses
        return {
            **context,
            "query": self.text,
            "is_wordless": bool(self.text) and not self.query,
            "page": page,
            "course": self.course,
            "courses": courses[:MOST_COURSES],
            "hits": hits,
            "total": page.paginator.count,
            "total_of_all": sum(course.hits for course in courses),
            "total_notes": Note.objects.of(user).matching(self.query).count(),
            "has_courses": bool(hits) or Course.objects.readable_by(user).exists(),
        }
