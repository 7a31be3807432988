"""Bringing courses in and taking them out, while one does something else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, View

from educa.courses.models import Course
from educa.interchange.actions import TooMany, ask_for_export, ask_for_import, go_on_with
from educa.interchange.downloading import package_response
from educa.interchange.forms import ImportForm
from educa.interchange.models import Transfer
from educa.interchange.progress import seen
from educa.interchange.stored_report import StoredReport

SHOWN = 20  # transfers in a list


class TeachingMixin(PermissionRequiredMixin):
    """For pages of instructors: visitors sign in first, who is no instructor gets 403."""

    place = "teach"  # what is marked as current in the navigation


class CourseImportView(TeachingMixin, FormView[ImportForm]):
    """A package, to be imported soon; and what came of those before."""

    permission_required = "courses.add_course"
    form_class = ImportForm
    template_name = "interchange/import.html"

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """To the page of the transfer; back to the form when too many are under way."""
        file = form.cleaned_data["package"]
        about = {name: form.cleaned_data[name] for name in ("subject", "is_look")}
        try:
            transfer = ask_for_import(owner=self.request.user, file=file, **about)  # type: ignore[arg-type] # signed in
        except TooMany:
            words = _("You have several imports under way. Wait until one of them is done.")
            form.add_error(None, ValidationError(words))
            return self.form_invalid(form)
        return redirect("course_transfer", transfer.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the transfers of the last days, without their reports."""
        mine = Transfer.objects.filter(owner=self.request.user.pk).imports().defer("report")
        return super().get_context_data(transfers=mine[:SHOWN], **kwargs)


class ProgressMixin(View):
    """For pages of a transfer that is under way: scripts ask the same address for JSON."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer depends on what was asked for."""
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response

    @property
    def wants_json(self) -> bool:
        types = ["text/html", "application/json"]
        return self.request.get_preferred_type(types) == types[1]


def progress_of(transfer: Transfer) -> dict[str, Any]:
    """How far it is, for the page and for its script."""
    found = seen(transfer)
    if found.percent is not None:
        about = {"step": found.step, "percent": found.percent}
        words = _("%(step)s: %(percent)s %%") % about
    elif transfer.status == Transfer.Status.RUNNING:
        words = _("It has begun.")
    else:
        words = _("It waits for its turn.")
    return {
        "is_over": not transfer.is_under_way,
        "step": found.step,
        "percent": found.percent,
        "words": words,
    }


class CourseTransferView(TeachingMixin, ProgressMixin, DetailView[Transfer]):
    """One import: how far it is, and what came of it. Posting to it imports what was looked at."""

    permission_required = "courses.add_course"
    template_name = "interchange/transfer.html"
    context_object_name = "transfer"
    pk_url_kwarg = "transfer"

    def get_queryset(self) -> QuerySet[Transfer]:
        """The imports that the person may see."""
        return Transfer.objects.of(self.request.user).imports()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As a page, or as JSON for its script."""
        if self.wants_json:
            return JsonResponse(progress_of(self.get_object()))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go on with a package that is still here; only its owner may."""
        mine = self.get_queryset().filter(owner=request.user.pk)
        transfer = get_object_or_404(mine, pk=kwargs[self.pk_url_kwarg])
        if not go_on_with(transfer):
            messages.error(request, _("The package is gone. Upload it again."))
        return redirect("course_transfer", transfer.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the progress, or the report and the course, if the person may change it."""
        transfer = self.object
        courses = Course.objects.editable_by(self.request.user)
        return super().get_context_data(
            progress=progress_of(transfer),
            report=StoredReport(transfer.report) if transfer.report else None,
            course=courses.filter(transfers=transfer).first(),
            **kwargs,
        )


class CourseExportView(TeachingMixin, ProgressMixin, DetailView[Course]):
    """The packages that somebody has made of a course. Posting to it makes another one."""

    permission_required = "courses.change_course"
    template_name = "interchange/export.html"
    context_object_name = "course"

    def get_queryset(self) -> QuerySet[Course]:
        """The courses that the person may change."""
        return Course.objects.editable_by(self.request.user).select_related("subject", "owner")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As a page, or as JSON for its script."""
        if self.wants_json:
            course = self.get_object()
            newest = self._exports(course).first()
            if newest is None:
                raise Http404
            return JsonResponse(progress_of(newest))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for a package."""
        course = self.get_object()
        ask_for_export(owner=request.user, course=course)  # type: ignore[arg-type] # signed in
        return redirect("course_export", course.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the person's own exports, the newest of them apart."""
        exports = list(self._exports(self.object)[:SHOWN])
        newest = exports[0] if exports else None
        return super().get_context_data(
            exports=exports,
            newest=newest,
            progress=progress_of(newest) if newest else None,
            tab="export",
            **kwargs,
        )

    def _exports(self, course: Course) -> QuerySet[Transfer]:
        return Transfer.objects.exports().filter(owner=self.request.user.pk, course=course)


class CourseExportPackageView(PermissionRequiredMixin, View):
    """A package, for who asked for it, while they may still change the course."""

    permission_required = "courses.change_course"

    def get(self, request: HttpRequest, export: int) -> HttpResponseBase:
        """The bytes, to be saved. Raises Http404, too, when they are gone."""
        transfer = get_object_or_404(Transfer.objects.to_download_by(request.user), pk=export)
        return package_response(request, transfer)
