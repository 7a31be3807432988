"""The pages on which somebody looks after their access tokens."""

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import FormView, View
from django.views.generic.base import TemplateResponseMixin

from educa.accounts.models import User
from educa.accounts.views.my_data import is_confirmed
from educa.accounts.views.pages import FormPageMixin, hide_password
from educa.api import actions
from educa.api.forms import TokenForm
from educa.api.models import AccessToken
from educa.api.models.token import MOST_TOKENS


class AccessTokensView(FormPageMixin, LoginRequiredMixin, FormView[TokenForm]):
    """The tokens, and a form for a new one.

    Its secret is in the answer to the post and nowhere else, so that there is no page to come back to.
    """

    template_name = "api/tokens.html"
    form_class = TokenForm

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        more = {"user": self.request.user, "is_confirmed": is_confirmed(self.request)}
        return super().get_form_kwargs() | more

    def form_valid(self, form: TokenForm) -> HttpResponse:
        """Make the token, and show its secret."""
        if "password" in form.fields:
            reauthenticate_by_password(self.request)
        data = form.cleaned_data
        try:
            token, secret = actions.make_token(
                user=_person(self.request),
                name=data["name"],
                scopes=data["scopes"],
                expires_at=form.expires_at,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        context = {"token": token, "secret": secret}
        return render(self.request, "api/token_made.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the tokens."""
        tokens = list(AccessToken.objects.of(_person(self.request)))
        may_add = len(tokens) < MOST_TOKENS
        may_confirm = is_confirmed(self.request) or _person(self.request).has_usable_password()
        found = {"tokens": tokens, "may_add": may_add, "may_confirm": may_confirm}
        return super().get_context_data(**(found | kwargs))


class AccessTokenRevokeView(FormPageMixin, LoginRequiredMixin, TemplateResponseMixin, View):
    """Asks before a token is revoked. Raises Http404 for one of somebody else."""

    template_name = "api/token_revoke.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question."""
        return self.render_to_response({"token": self._token(pk)})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The token is gone."""
        token = self._token(pk)
        token.delete()
        messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
        return redirect("access_tokens")

    def _token(self, pk: int) -> AccessToken:
        return get_object_or_404(AccessToken.objects.of(_person(self.request)), pk=pk)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
