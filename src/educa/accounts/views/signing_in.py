"""Registering, signing in and out, passwords, and one's own profile.

The pages are django-allauth's, narrowed to what this site offers and to this site's look.
"""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template import Context
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView, UpdateView
from django.views.i18n import set_language

from educa.accounts import actions
from educa.accounts.backends import forgive
from educa.accounts.forms import (
    EmailForm,
    ForgottenPasswordForm,
    LanguageForm,
    ProfileForm,
    SignInForm,
)
from educa.accounts.middleware import signed_in
from educa.accounts.models import User
from educa.accounts.signals import arriving
from educa.accounts.throttling import REGISTRATIONS_FROM, RESETS_FROM
from educa.accounts.views.pages import FormPageMixin, hide_password
from educa.lib.addresses import client_network
from educa.lib.context import site
from educa.lib.fragments import fragment
from educa.lib.frame import footer, header
from educa.lib.paths import path_to


class OnwardMixin(FormPageMixin):
    """Keeps where the person was going, as long as that is a page of this site, and what they are up to."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        onward = self.get_next_url() or ""  # type: ignore[attr-defined]
        answers = arriving.send(type(self), request=self.request)  # type: ignore[attr-defined]
        intentions = [intention for _receiver, intention in answers if intention]
        return context | {"redirect_field_value": onward, "intentions": intentions}


class SignInView(
    OnwardMixin,
    NextRedirectMixin,  # type: ignore[misc] # allauth has no types
    RedirectAuthenticatedUserMixin,  # type: ignore[misc] # allauth has no types
    FormView[SignInForm],
):
    """Made of parts of allauth's view, of which the rest serves what this site does not have."""

    template_name = "account/login.html"
    form_class = SignInForm

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The empty form, which is the same for all, and so a fragment, unless there is something else to say, too."""
        context = self.get_context_data(form=None)
        if not context["intentions"] and not messages.get_messages(request):
            return HttpResponse(_empty_form(request, context))
        context["form"] = self.get_form()
        response: HttpResponse = self.render_to_response(context)
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: SignInForm) -> HttpResponse:
        try:
            return form.sign_in(self.request, onward=self.get_success_url())
        except ImmediateHttpResponse as instead:
            response: HttpResponse = instead.response
            return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way to registering, which leads to where this one would."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        query.pop("next", None)
        if onward := context["redirect_field_value"]:
            query["next"] = onward
        path = path_to("student_registration")
        return context | {"registration": f"{path}?{query.urlencode()}" if query else path}


def _empty_form(request: HttpRequest, context: dict[str, Any]) -> SafeString:
    """The page for signing in, as a visitor gets it who has typed nothing yet."""
    frame = Context({"request": request, **site(request)})
    # The class, since a fragment is made of nothing that came with a request: a template makes a form of it.
    choices = {"form": SignInForm, "theme": frame["theme"]}
    values = {
        "header": header(frame),
        "footer": footer(frame),
        "csrf_token": get_token(request),
        "registration": context["registration"],
    }
    if onward := context["redirect_field_value"]:
        values["redirect_field_value"] = onward
    return fragment("account/sign_in_page.html", choices, values)


class RegistrationView(OnwardMixin, allauth_views.SignupView):  # type: ignore[misc] # allauth has no types
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        REGISTRATIONS_FROM.spend(client_network(request))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the account; somebody may have been faster in taking the name."""
        try:
            response: HttpResponse = super().form_valid(form)
        except IntegrityError:
            form.add_error("username", get_adapter().validation_error("username_taken"))
            response = self.form_invalid(form)
        return response


class SignOutView(allauth_views.LogoutView):  # type: ignore[misc] # allauth has no types
    """Ends the session; by POST only, so that no picture in a page can do it."""

    http_method_names = ("post", "options")

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing of the pages seen before stays for the next person at this browser."""
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class PasswordChangeView(FormPageMixin, allauth_views.PasswordChangeView):  # type: ignore[misc] # allauth has no types
    pass


class ForgottenPasswordView(FormPageMixin, FormView[ForgottenPasswordForm]):
    """Asks for the address; the answer is the same whether it is known or not."""

    template_name = "account/password_reset.html"
    form_class = ForgottenPasswordForm
    success_url = reverse_lazy("password_reset_done")

    def form_valid(self, form: ForgottenPasswordForm) -> HttpResponse:
        RESETS_FROM.spend(client_network(self.request))
        form.save(self.request)
        return super().form_valid(form)


class ResetLinkSentView(TemplateView):
    template_name = "account/password_reset_done.html"


class NewPasswordView(FormPageMixin, allauth_views.PasswordResetFromKeyView):  # type: ignore[misc] # allauth has no types
    """Where the link in the mail leads; it works once, for an hour, and signs in."""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        forgive(self.reset_user)
        response: HttpResponse = super().form_valid(form)
        return response


class ConfirmEmailView(FormPageMixin, allauth_views.ConfirmEmailView):  # type: ignore[misc] # allauth has no types
    """Where the link in the mail leads; the address counts as confirmed once the button is pressed."""

    def logout_other_user(self, confirmation: Any) -> None:
        """Nobody is signed out by following a link."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm the address; another account may have been faster."""
        try:
            response: HttpResponse = super().post(*args, **kwargs)
        except IntegrityError:
            response = self.get(*args, **kwargs)
        return response


class ProfileView(
    FormPageMixin,
    LoginRequiredMixin,
    SuccessMessageMixin[ProfileForm],
    UpdateView[User, ProfileForm],
):
    template_name = "account/profile.html"
    form_class = ProfileForm
    success_url = reverse_lazy("profile")
    success_message = _("Your profile is saved.")

    def get_object(self, queryset: Any = None) -> User:
        """A copy of one's own, because a form changes it even when something is wrong."""
        return User.objects.get(username=self.request.user.get_username())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # The form's copy would otherwise go by the name that the header shows.
        context["user"] = self.request.user
        return context | {"awaited": actions.awaited_address(self.object)}


class EmailChangeView(FormPageMixin, LoginRequiredMixin, FormView[EmailForm]):
    template_name = "account/email_change.html"
    form_class = EmailForm
    success_url = reverse_lazy("profile")

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: EmailForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        actions.change_email(self.request, user=form.user, email=email)
        _announce_mail(self.request, email)
        return super().form_valid(form)


@require_POST
def confirm_email_again(request: HttpRequest) -> HttpResponse:
    """Send the mail once more that asks to confirm the address."""
    if not request.user.is_authenticated:
        return redirect("login")
    if address := actions.confirm_again(request, user=request.user):
        _announce_mail(request, address.email)
    return redirect("profile")


def _announce_mail(request: HttpRequest, email: str) -> None:
    text = _("We have written to %(email)s. Follow the link in that mail to confirm the address.")
    messages.info(request, text % {"email": email})


class LanguageView(FormPageMixin, TemplateView):
    """Choose a language: for a visitor it is kept in a cookie, for somebody signed in also in their profile.

    The choice at the end of a visitor's page only leads here, since a form that changes something needs a token, and
    a page with a token could not be the same for all visitors.
    """

    template_name = "account/language.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("language")
        language = asked if asked in dict(settings.LANGUAGES) else get_language()
        return {
            **super().get_context_data(**kwargs),
            "form": LanguageForm(initial={"language": language}),
            "redirect_field_name": "next",
            "redirect_field_value": self.request.GET.get("next", ""),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the language, and lead back to where it was chosen."""
        person, language = signed_in(request), request.POST.get("language", "")
        if person and language in dict(settings.LANGUAGES):
            person.language = language
            person.save(update_fields=["language"])
        return set_language(request)
