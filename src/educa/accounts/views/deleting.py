"""Deleting one's own account."""

from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from educa.accounts import actions
from educa.accounts.forms import DeleteAccountForm
from educa.accounts.models import User
from educa.accounts.views.pages import FormPageMixin, hide_password
from educa.lib.privacy import OnErasure, held_by

CONFLICT = 409


@method_decorator(never_cache, name="dispatch")
class AccountDeleteView(FormPageMixin, LoginRequiredMixin, FormView[DeleteAccountForm]):
    """Says what goes and what stays, and asks for the password; refuses while something is in the way."""

    template_name = "account/delete.html"
    form_class = DeleteAccountForm

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: DeleteAccountForm) -> HttpResponse:
        """Sign out for good; nothing of the pages seen before stays at this browser."""
        try:
            actions.erase(form.user)
        except actions.ErasureRefused as refused:
            context = self.get_context_data(form=form, obstacles=refused.obstacles)
            return self.render_to_response(context, status=CONFLICT)
        self.request.session.flush()
        self.request.user = AnonymousUser()
        response = redirect("account_deleted")
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what goes, what stays, and what is in the way."""
        person = cast("User", self.request.user)
        held = [each for there in held_by(person).values() for each in there]
        found = {
            "obstacles": actions.obstacles_to(person),
            "going": [each for each in held if each.data.on_erasure is OnErasure.DELETE],
            "staying": [each for each in held if each.data.on_erasure is OnErasure.ANONYMIZE],
        }
        return super().get_context_data(**(found | kwargs))


class AccountDeletedView(TemplateView):
    """Where one comes out."""

    template_name = "account/deleted.html"
