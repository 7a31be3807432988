"""What a text said before: its versions, what differs between two of them, and the way back."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.generic import ListView, View

from educa.courses.actions import restore_version
from educa.courses.models import TextVersion
from educa.studio.differences import difference_of
from educa.studio.forms.writing import ComparisonForm
from educa.studio.views.steps import Done, StepView
from educa.studio.views.texts import TextMixin
from educa.studio.writing import Writing


class TextHistoryView(TextMixin, ListView[TextVersion]):
    """The versions of a text, the newest first; with `old` and `new` in the query, what differs between them."""

    template_name = "studio/writing/history.html"
    context_object_name = "versions"
    paginate_by = 20
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet[TextVersion]:
        """The versions without their words, which may be long; with their sizes, in characters."""
        rows = self.text.versions.select_related("author").defer("content")
        return rows.annotate(size=Length("content"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how the sizes changed, and the comparison that was asked for."""
        context = super().get_context_data(**kwargs)
        end = context["page_obj"].end_index()
        following: Any = self.get_queryset()[end : end + 1].first()
        return context | {
            "rows": with_growth(context["versions"], following.size if following else None),
            "writing": Writing(self.module, self.text),
            "comparison": self.comparison(),
        }

    def comparison(self) -> dict[str, Any] | None:
        """Two versions, the older one first, and their difference. Raises BadRequest and Http404."""
        form = ComparisonForm(self.request.GET)
        if not form.is_valid():
            raise BadRequest
        chosen = [form.cleaned_data["old"], form.cleaned_data["new"]]
        if None in chosen:
            return None
        found = self.text.versions.select_related("author").in_bulk(chosen)
        if len(found) < len(set(chosen)):
            raise Http404
        old, new = sorted((found[pk] for pk in chosen), key=lambda each: (each.saved_at, each.pk))
        return {"old": old, "new": new, "difference": difference_of(old.content, new.content)}


def with_growth(
    versions: Iterable[Any], before: int | None
) -> list[tuple[TextVersion, int | None]]:
    """Versions in a row, each with the characters that it has more than the one before it.

    `before` is the size of the version that follows in the list; None where there is none.
    """
    rows = list(versions)
    older = [*(row.size for row in rows[1:]), before][: len(rows)]
    return [
        (row, None if size is None else row.size - size)
        for row, size in zip(rows, older, strict=True)
    ]


class TextVersionRestoreView(TextMixin, StepView, View):
    """Lets a text say again what it said once; what it said until now becomes one version more."""

    def take(self, values: dict[str, Any]) -> Done:
        """Make the old state the newest version. Raises Http404 for a version of another text."""
        version = get_object_or_404(self.text.versions, pk=self.kwargs["version_id"])
        changes = not version.says_the_same_as(self.text)
        text = restore_version(version=version, module=self.module, author=self.instructor)
        before = text.versions.all()[1] if changes else None
        when = date_format(localtime(version.saved_at), "DATETIME_FORMAT")
        return Done(
            _("The text says again what it said on %(when)s.") % {"when": when},
            self.back(),
            undo=self._restore_url(before) if before else "",
        )

    def back(self) -> str:
        """The versions of the text."""
        return reverse("text_history", args=[self.module.pk, self.text.pk])

    def _restore_url(self, version: TextVersion) -> str:
        return reverse("text_version_restore", args=[self.module.pk, self.text.pk, version.pk])
