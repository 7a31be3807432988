"""Private notes: the one on a content, and all of somebody's."""

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import ListView, View

from educa.accounts.models import User
from educa.courses.kinds.registry import kind_of
from educa.courses.models import Content, Course
from educa.lib.folding import LONGEST_QUERY, query_for
from educa.lib.passages import marked
from educa.students.models import Note, NoteChanged
from educa.students.note_forms import NoteForm, state_of


class NoteView(LoginRequiredMixin, View):
    """The note of whoever asks on a content that they can open, as a page, and for scripts as JSON."""

    def get_content(self) -> Content:
        """Raises Http404 for a content that the person can't open now."""
        readable = Content.objects.readable_by(self.request.user)
        rows = readable.filter(module__course=self.kwargs["pk"]).select_related("module__course")
        return get_object_or_404(rows, pk=self.kwargs["content_id"])

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The note in a form."""
        content = self.get_content()
        note = Note.objects.of(request.user).filter(content=content).first()
        return self.page(content, NoteForm(initial=state_of(note)), note)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Keep the note; 400 for one that can't be kept, 409 with both texts when it was saved elsewhere."""
        content = self.get_content()
        form = NoteForm(request.POST)
        if not form.is_valid():
            if is_script(request):
                return JsonResponse({"errors": form.errors}, status=HTTPStatus.BAD_REQUEST)
            return self.page(content, form, None, status=HTTPStatus.BAD_REQUEST)
        body, seen = form.cleaned_data["body"], form.cleaned_data["seen"]
        try:
            note = Note.objects.keep(cast("User", request.user), content, body, seen=seen)
        except NoteChanged as changed:
            return self.disagree(content, body, changed.current)
        if is_script(request):
            return JsonResponse(state_of(note))
        messages.success(request, _("Your note is saved.") if note else _("Your note is deleted."))
        return redirect(f"{address_of(content)}#note")

    def disagree(self, content: Content, body: str, current: Note | None) -> HttpResponse:
        """Both texts, and the choice between them."""
        if is_script(self.request):
            return JsonResponse(state_of(current), status=HTTPStatus.CONFLICT)
        form = NoteForm(initial={**state_of(current), "body": body})
        return self.page(content, form, current, status=HTTPStatus.CONFLICT, is_changed=True)

    def page(
        self, content: Content, form: NoteForm, note: Note | None, status: int = 200, **context: Any
    ) -> HttpResponse:
        """The form on a page of its own."""
        context |= {
            "content": content,
            "course": content.module.course,
            "title": str(content),
            "content_url": address_of(content),
            "form": form,
            "note": note,
        }
        return render(self.request, "students/note/detail.html", context, status=status)


class NoteListView(LoginRequiredMixin, ListView[Note]):
    """The notes of whoever asks, by course, in the order of reading.

    Of a content that they can't open now, the note and the course's title are shown, and nothing else.
    """

    template_name = "students/note/list.html"
    context_object_name = "notes"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Note]:
        self.text = self.request.GET.get("q", "").strip()[:LONGEST_QUERY]
        self.query = query_for(self.text)
        notes = Note.objects.of(self.request.user)
        if self.text:
            notes = notes.matching(self.query)
        by_place = notes.order_by(
            "content__module__course__title",
            "content__module__course",
            "content__module__order",
            "content__order",
        )
        related = by_place.select_related("content__module__course", "content__content_type")
        return related.prefetch_related("content__item")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        courses = {note.content.module.course_id for note in context["notes"]}
        readable = Course.objects.readable_by(self.request.user).filter(pk__in=courses)
        open_courses = set(readable.values_list("pk", flat=True))
        for note in context["notes"]:
            content = note.content
            note.is_in_open_course = content.module.course_id in open_courses
            is_there = content.trashed_at is None and content.module.trashed_at is None
            note.is_open = note.is_in_open_course and is_there
            note.pieces = marked(note.body, self.query)
            note.kind = kind_of(note.content.content_type)
            note.url = f"{address_of(note.content)}#note"
        return {
            **context,
            "query": self.text,
            "total": context["paginator"].count,
        }


class NoteDeleteView(LoginRequiredMixin, View):
    """A note goes, also one on a content that its author can't open any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, note_id: int) -> HttpResponse:
        """Back to the list. Raises Http404 for a note of somebody else."""
        get_object_or_404(Note.objects.of(request.user), pk=note_id).delete()
        messages.success(request, _("Your note is deleted."))
        return redirect("student_note_list")


def address_of(content: Content) -> str:
    """Where the content is read."""
    return reverse("student_content_detail", args=[content.module.course_id, content.pk])


def is_script(request: HttpRequest) -> bool:
    """Whether the answer is for a script."""
    return request.accepts("application/json") and not request.accepts("text/html")
