"""The modules of a course in one form, in pages."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from educa.courses.actions import (
    ModulesChanged,
    OutlineChanged,
    Revision,
    Wording,
    revise_modules,
)
from educa.courses.models import Module
from educa.studio.forms.modules import PER_PAGE, ModuleFormSet, ModuleRows, keys_in
from educa.studio.views.mixins import CourseMixin


class CourseModuleUpdateView(CourseMixin, TemplateView):
    """Titles and descriptions of the modules, two empty rows, boxes for deleting.

    All of a page is saved or nothing; nothing that somebody else has saved is overwritten unseen.
    """

    template_name = "studio/course/modules.html"
    http_method_names = ["get", "head", "post", "options"]
    extra_context = {"tab": "outline"}

    @cached_property
    def page(self) -> "Page[int]":
        """The keys of the modules on this page."""
        keys = Module.objects.filter(course=self.course).values_list("pk", flat=True)
        return Paginator(list(keys), PER_PAGE).get_page(self.request.GET.get("page"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, unless it was sent and comes back."""
        if "formset" not in kwargs:
            kwargs["formset"] = self._empty_formset()
        return super().get_context_data(page=self.page, **kwargs)

    def _empty_formset(self) -> ModuleRows:
        rows = Module.objects.filter(pk__in=list(self.page.object_list)).with_totals()
        formset = ModuleFormSet(instance=self.course, queryset=rows)
        if self.page.has_next():
            formset.extra = 0
        return formset

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the page. Raises BadRequest, and Http404 for a module of another course."""
        keys = keys_in(request.POST, self.course)
        rows = Module.everything.filter(course=self.course, pk__in=keys).with_totals()
        if len(rows) < len(keys):
            raise Http404
        formset = ModuleFormSet(request.POST, instance=self.course, queryset=rows)
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(formset=formset))
        revisions = [each for form in formset.initial_forms if (each := form.revision())]
        additions = [form.wording() for form in formset.extra_forms if form.has_changed()]
        try:
            revise_modules(
                course=self.course,
                by=self.instructor,
                revisions=revisions,
                additions=additions,
            )
        except ModulesChanged as changed:
            return self._show_both(formset, changed.current)
        except OutlineChanged:
            raise Http404 from None
        self._say([row for row in rows if row.pk in _deleted(revisions)])
        return redirect(self._onward(is_longer=bool(additions)))

    def _show_both(self, formset: ModuleRows, current: dict[int, Module]) -> HttpResponse:
        """The form again, with what there is now beside what was typed; saved once more, it holds. 409."""
        sent = self.request.POST.copy()
        for form in formset.initial_forms:
            theirs = current.get(form.instance.pk)
            if theirs:
                sent[form.add_prefix("seen")] = Wording.of(theirs).state
            if theirs and theirs.trashed_at:
                sent[form.add_prefix("DELETE")] = "on"
        again = ModuleFormSet(sent, instance=self.course, queryset=formset.get_queryset())
        for form in again.initial_forms:
            if theirs := current.get(form.instance.pk):
                form.theirs = theirs
        context = self.get_context_data(formset=again, changed=list(current.values()))
        return self.render_to_response(context, status=409)

    def _say(self, deleted: list[Module]) -> None:
        if not deleted:
            messages.success(self.request, _("Saved."))
            return
        words = ngettext(
            "Saved. The module “%(title)s” is in the trash.",
            "Saved. %(n)d modules are in the trash.",
            len(deleted),
        ) % {"n": len(deleted), "title": deleted[0].title}
        undo = reverse("module_restore", args=[deleted[0].pk]) if len(deleted) == 1 else ""
        messages.success(self.request, words, extra_tags=f"undo:{undo}" if undo else "")

    def _onward(self, *, is_longer: bool) -> str:
        """The same page of modules, or the last, where the new ones are."""
        if not is_longer:
            return self.request.get_full_path()
        count = Module.objects.filter(course=self.course).count()
        last = Paginator(range(count), PER_PAGE).num_pages
        return f"{reverse('course_module_update', args=[self.course.pk])}?page={last}"


def _deleted(revisions: list[Revision]) -> set[int]:
    return {each.module for each in revisions if each.wording is None}
