"""The forms about one's own account."""

from collections import defaultdict
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from educa.accounts.actions import send_reset_links
from educa.accounts.models import User, zone_names
from educa.accounts.names import cleaned_line
from educa.accounts.passwords import MAX_PASSWORD_LENGTH
from educa.accounts.throttling import WRONG_CURRENT_PASSWORDS

LONGEST_EMAIL = 254  # as the database keeps it
PASSWORD_HELP = _(
    "At least 8 characters. Several words that don't belong together are easy to remember."
)


CONTINENTS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


def offered_zones() -> list[str]:
    """The time zones to choose from: those that are named after a city."""
    return sorted(
        name for name in zone_names() if name.partition("/")[0] in CONTINENTS and "/" in name
    )


def time_zones() -> list[Any]:
    """Choices of a select: cities by continent."""
    cities: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in offered_zones():
        continent, _slash, city = name.partition("/")
        cities[continent].append((name, city.replace("_", " ").replace("/", ", ")))
    groups = [(CONTINENTS[continent], choices) for continent, choices in cities.items()]
    return [
        ("", _("As the site: %(zone)s") % {"zone": settings.TIME_ZONE}),
        ("UTC", "UTC"),
        *groups,
    ]


def _forgotten() -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("password_reset"), _("Forgot your password?"))


forgotten = lazy(_forgotten, SafeString)


class PasswordField(forms.CharField):
    """A password, taken as it was typed; what is too long to be one is refused unhashed.

    The limit is not told to the browser, which would cut a pasted password short without a word.
    """

    def __init__(self, *, label: Any, autocomplete: str, help_text: Any = "") -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, strip=False, widget=widget, help_text=help_text)
        self.validators.append(
            MaxLengthValidator(
                MAX_PASSWORD_LENGTH, _("This password is longer than %(limit_value)d characters.")
            )
        )


def current_password(label: Any) -> PasswordField:
    return PasswordField(label=label, autocomplete="current-password", help_text=forgotten())


def new_password(label: Any) -> PasswordField:
    return PasswordField(label=label, autocomplete="new-password", help_text=PASSWORD_HELP)


def require_password_of(user: User, password: str) -> None:
    """Raises ValidationError for a wrong password, and TooManyRequests for too many of them."""
    WRONG_CURRENT_PASSWORDS.spend(str(user.pk))
    if not user.check_password(password):
        raise get_adapter().validation_error("enter_current_password")
    WRONG_CURRENT_PASSWORDS.refund(str(user.pk))


class SignInForm(forms.Form):
    """User name or address, and password; allauth's form would ask how this site is set up, each time."""

    login = forms.CharField(
        label=_("User name or email address"),
        max_length=LONGEST_EMAIL,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = current_password(_("Password"))
    remember = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Find whose password it is. Raises TooManyRequests for too many wrong ones."""
        if not self.errors:
            self.user = authenticate(self.request, **self._credentials())
            if self.user is None:
                raise get_adapter().validation_error("username_password_mismatch")
        return self.cleaned_data

    def sign_in(self, request: HttpRequest, onward: str | None) -> HttpResponse:
        """Begin the session, for as long as the person wants it, and lead on to `onward`, or to the usual page."""
        login = Login(user=self.user, redirect_url=onward)
        response: HttpResponse = perform_password_login(request, self._credentials(), login)
        is_kept = self.cleaned_data["remember"]
        request.session.set_expiry(settings.SESSION_COOKIE_AGE if is_kept else 0)
        return response

    def _credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class RegistrationForm(allauth_forms.SignupForm):  # type: ignore[misc] # allauth has no types
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.CharField(
            label=_("User name"),
            max_length=150,
            help_text=User._meta.get_field("username").help_text,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["email"] = forms.EmailField(
            label=_("Email address"),
            max_length=LONGEST_EMAIL,
            help_text=_("For a new password if you forget yours. Other people don’t see it."),
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        )
        self.fields["password1"] = new_password(_("Password"))
        self.order_fields(["username", "email", "password1", "time_zone"])

    def validate_unique_email(self, email: str) -> str:
        """Any address will do, and nobody is looked for: the time would tell whether it is known."""
        return email

    def clean_time_zone(self) -> str:
        """What the browser said, if it makes sense."""
        name: str = self.cleaned_data["time_zone"]
        return name if name in offered_zones() else ""

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Make the account, whole or not at all."""
        user: User = super().save(request)
        return user

    def signup(self, request: HttpRequest, user: User) -> None:
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["time_zone"])


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    oldpassword = current_password(_("Current password"))
    password1 = new_password(_("New password"))
    password2 = None

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        require_password_of(self.user, password)
        return password

    def clean_password1(self) -> str:
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=self.user))


class ForgottenPasswordForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, request: HttpRequest) -> None:
        send_reset_links(request, email=self.cleaned_data["email"])


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc] # allauth has no types
    password1 = new_password(_("New password"))
    password2 = None

    def clean_password1(self) -> str:
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=self.user))


class ResetLinkForm(allauth_forms.UserTokenForm):  # type: ignore[misc] # allauth has no types
    def _get_user(self, uidb36: str) -> User | None:
        """Nobody whose account is closed."""
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active else None


class EmailForm(forms.Form):
    """A new email address; whoever has the mailbox can get the account, so the password is asked for."""

    email = forms.EmailField(
        label=_("New email address"),
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = current_password(_("Current password"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if email == self.user.email:
            raise ValidationError(_("This is your address already."), code="same")
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        require_password_of(self.user, password)
        return password


class ConfirmForm(forms.Form):
    """The password once more, from somebody who may have left a browser open."""

    password = current_password(_("Current password"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        require_password_of(self.user, password)
        return password


class DeleteAccountForm(ConfirmForm):
    is_sure = forms.BooleanField(
        label=_(
            "Yes, delete my account and everything in the list. I know that it can’t be undone."
        ),
        error_messages={"required": _("Tick this to say that you mean it.")},
    )


class ProfileForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=time_zones)

    class Meta:
        model = User
        fields = ["display_name", "time_zone", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]
        else:
            choices = [("", _("As my browser asks for")), *settings.LANGUAGES]
            self.fields["language"] = forms.ChoiceField(
                label=_("Language"), required=False, choices=choices
            )

    def clean_display_name(self) -> str:
        return cleaned_line(self.cleaned_data["display_name"])


class LanguageForm(forms.Form):
    """The languages of the site, each by its own name."""

    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]  # of a choice field
