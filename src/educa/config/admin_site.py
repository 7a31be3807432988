"""Django's administration as a part of this site: its name, and one door for signing in."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from educa.lib.caches import figures
from educa.lib.remembering import families

View = Callable[..., Any]


class PickView(AutocompleteJsonView):
    """What a field to pick from offers."""

    def process_request(self, request: HttpRequest) -> Any:
        """Django's. Raises PermissionDenied for a relation seen from its other end, which is no field."""
        found = super().process_request(request)
        if not isinstance(found[2], RelatedField):
            raise PermissionDenied
        return found


class EducaAdminSite(AdminSite):
    """The administration; people sign in and change their password where everybody does."""

    site_title = _("Educa administration")
    site_header = _("Educa administration")
    index_title = _("Site administration")

    def admin_view(self, view: View, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        """As Django's, but 403 for somebody who signed in and is no administrator.

        400 for a NUL in the query, which no page means and PostgreSQL takes in no text.
        """
        guarded = super().admin_view(view, cacheable)

        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                return self._refuse(request, request.get_full_path())
            if any("\0" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
                raise BadRequest("NUL in the query")
            response: HttpResponseBase = guarded(request, *args, **kwargs)
            return response

        return update_wrapper(guard, view)

    def get_urls(self) -> list[Any]:
        """With the page about caches."""
        return [path("caches/", self.admin_view(self.caches), name="caches"), *super().get_urls()]

    def caches(self, request: HttpRequest) -> HttpResponse:
        """What the caches hold, and how often something was found there."""
        context = {
            **self.each_context(request),
            "title": _("Caches"),
            "servers": figures(),
            "families": [(family.name, family.totals()) for family in families()],
        }
        return TemplateResponse(request, "admin/caches.html", context)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return PickView.as_view(admin_site=self)(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Lead to the site's own sign-in page, whose failed attempts are throttled."""
        target = request.GET.get("next") or reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return self._refuse(request, target)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return HttpResponseRedirect(reverse("password_change"))

    def _refuse(self, request: HttpRequest, target: str) -> HttpResponseRedirect:
        if request.user.is_authenticated:
            raise PermissionDenied
        if target.partition("?")[0] in {reverse("admin:logout"), reverse("admin:login")}:
            target = reverse("admin:index")
        return redirect_to_login(target, settings.LOGIN_URL)
