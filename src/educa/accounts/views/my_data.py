"""What the site holds about somebody, and a copy of it to take along."""

import time
from datetime import timedelta
from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from educa.accounts import actions
from educa.accounts.adapter import AccountAdapter
from educa.accounts.forms import ConfirmForm
from educa.accounts.models import DataExport, User
from educa.accounts.views.pages import FormPageMixin, hide_password
from educa.lib.privacy import Fact, facts, held_by
from educa.lib.ranges import file_response
from educa.lib.throttle import TooManyRequests

RECENT = 10 * 60  # seconds since the password was typed
MEDIA_TYPE = "application/zip"


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this browser has proved a moment ago whose account it is in."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < RECENT for record in records)


class MyDataView(FormPageMixin, LoginRequiredMixin, FormView[ConfirmForm]):
    """What is held, in short; posting to it asks for a copy. Scripts ask how far that is."""

    template_name = "account/my_data.html"
    form_class = ConfirmForm

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer depends on what was asked for."""
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As a page, or as JSON for its script."""
        types = ["text/html", "application/json"]
        if request.get_preferred_type(types) == types[1]:
            return JsonResponse(_progress(_exports(request).first()))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for a copy; 429 when there were enough of them today."""
        if not is_confirmed(request):
            form = self.get_form()
            if not form.is_valid():
                return self.form_invalid(form)
            reauthenticate_by_password(request)
        try:
            actions.ask_for_data(_person(request))
        except TooManyRequests as error:
            return self._put_off(error.retry_after)
        return redirect("my_data")

    def _put_off(self, seconds: int) -> HttpResponse:
        again_at = timezone.now() + timedelta(seconds=seconds)
        response = self.render_to_response(self.get_context_data(again_at=again_at), status=429)
        response.headers["Retry-After"] = str(seconds)
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how much there is of everything, and the copies."""
        exports = _exports(self.request)
        newest = exports.first()
        return super().get_context_data(
            held=held_by(_person(self.request)),
            profile=_profile(_person(self.request)),
            newest=newest,
            copy=exports.to_download_by(self.request.user).first(),
            progress=_progress(newest),
            is_confirmed=is_confirmed(self.request),
            **kwargs,
        )


class MyDataPackageView(LoginRequiredMixin, View):
    """A copy, for the person whose data it is."""

    http_method_names = ("get", "head", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse other methods first, to everybody."""
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The bytes, to be saved. Raises Http404 for somebody else's, and when they are gone."""
        export = get_object_or_404(DataExport.objects.to_download_by(request.user), pk=pk)
        if not is_confirmed(request):
            return redirect(f"{reverse('password_confirm')}?{urlencode({'next': request.path})}")
        storage, name = export.package.storage, str(export.package.name)
        try:
            size, file = storage.size(name), storage.open(name)
        except FileNotFoundError:
            raise Http404 from None
        response = file_response(request, file, size, MEDIA_TYPE, f"data-export-{export.pk}")
        shown = f"educa-{request.user.get_username()}-{export.created:%Y-%m-%d}.zip"
        response.headers["Content-Disposition"] = str(
            content_disposition_header(as_attachment=True, filename=shown)
        )
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class ConfirmPasswordView(FormPageMixin, LoginRequiredMixin, FormView[ConfirmForm]):
    """Asks for the password before something goes on that others must not do."""

    template_name = "account/password_confirm.html"
    form_class = ConfirmForm

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: ConfirmForm) -> HttpResponse:
        reauthenticate_by_password(self.request)
        return redirect(self._onward() or "my_data")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = {"redirect_field_name": "next", "redirect_field_value": self._onward()}
        return super().get_context_data(**onward, **kwargs)

    def _onward(self) -> str:
        """Where the person was going, as long as that is a page of this site."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return wanted if AccountAdapter(self.request).is_safe_url(wanted) else ""


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _exports(request: HttpRequest) -> Any:
    return DataExport.objects.of(request.user)


def _profile(person: User) -> list[Fact]:
    """What the profile says, in short."""
    told = facts(person, "username", "display_name", "email", "time_zone", "date_joined")
    return [fact for fact in told if fact.value]


def _progress(export: DataExport | None) -> dict[str, Any]:
    """How far it is, for the script that waits for it."""
    if export is None or not export.is_under_way:
        return {"is_over": True, "step": "", "percent": None, "words": ""}
    has_begun = export.status == DataExport.Status.RUNNING
    words = _("Your copy is being made.") if has_begun else _("It waits for its turn.")
    waits_long = not has_begun and (timezone.now() - export.created).total_seconds() > 120  # noqa: PLR2004
    return {
        "is_over": False,
        "step": export.status,
        "percent": None,
        "words": words,
        "waits_long": waits_long,
    }
