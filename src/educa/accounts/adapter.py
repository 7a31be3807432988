"""How django-allauth, which carries people through signing in and out, fits into this site."""

from typing import Any, ClassVar

from allauth.account import stages
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.accounts.names import is_reserved, normalized, validate_username
from educa.accounts.throttling import MAILS_TO
from educa.lib.addresses import client_address
from educa.lib.mail import send_soon

MISMATCH = _("There is no account with this name or address and this password.")
TAKEN = _("Somebody has this user name, or one that looks like it. Please choose another one.")
SIGNED_IN = "account/messages/logged_in.txt"  # which speaks for itself
LONGEST_TARGET = 2000  # characters; proxies refuse longer headers


def absolute(path: str) -> str:
    """The address of a page for a mail; with a configured site never from a header of the request."""
    site: str = settings.EDUCA_SITE_URL
    if not site and current.request is not None:  # none in work without a request
        site = current.request.build_absolute_uri("/")
    return site.rstrip("/") + path


class EmailVerificationStage(stages.EmailVerificationStage):  # type: ignore[misc] # allauth has no types
    """Writes to who has just registered, and asks the database nothing when somebody signs in."""

    def handle(self) -> Any:
        return super().handle() if self.login.signup else (None, True)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": MISMATCH,
        "username_password_mismatch": MISMATCH,
        "username_taken": TAKEN,
        "enter_current_password": _("This is not your current password."),
    }

    def get_login_stages(self) -> list[str]:
        """What comes between the password and being signed in."""
        ours = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__name__}"
        return [
            ours if name == "allauth.account.stages.EmailVerificationStage" else name
            for name in super().get_login_stages()
        ]

    # Who may have which name

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002 - allauth's
        """The name as it is stored. Raises ValidationError for one that is unfit, reserved or taken."""
        name = normalized(username)
        validate_username(name)
        if is_reserved(name) or User.objects.is_taken(name):
            raise self.validation_error("username_taken")
        return name

    # What is said on the next page

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what a template says, but for one that says nothing."""
        if message_template != SIGNED_IN:
            super().add_message(request, level, message_template, *args, **kwargs)

    # Where requests come from, and where they may go

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: allauth would answer with JSON that repeats what was typed, passwords included."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether this leads to a page of this site."""
        if not url or len(url) > LONGEST_TARGET:
            return False
        return url_has_allowed_host_and_scheme(
            url, {current.request.get_host()}, require_https=current.request.is_secure()
        )

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("profile")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    # Mail

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        return absolute(reverse("account_reset_password_from_key", args=[uid, token]))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_confirmation_mail(
        self,
        request: HttpRequest,
        emailconfirmation: Any,
        signup: bool,  # noqa: FBT001 - allauth's
    ) -> None:
        """Ask the owner of a mailbox to confirm it, or tell them that they have an account already."""
        address = emailconfirmation.email_address
        if not MAILS_TO.allows(address.email):
            return
        if address.can_set_verified():
            super().send_confirmation_mail(request, emailconfirmation, signup)
        else:
            self.send_account_already_exists_mail(address.email)

    def send_account_already_exists_mail(self, email: str) -> None:
        context = {"password_reset_url": absolute(reverse("password_reset"))}
        self.send_mail("account/email/account_already_exists", email, context)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        if MAILS_TO.allows(email):
            super().send_password_reset_mail(user, email, context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody what happened to their account, so that they notice if it was not them."""
        if address := email or user.email:
            happened = {
                "user": user,
                "at": timezone.now(),
                "from": self.get_client_ip(current.request),
            }
            self.send_mail(template_prefix, address, happened | (context or {}))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail in the reader's language, and send it without keeping the request waiting."""
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        context = {**context, "email": email, "site_url": absolute("/")}
        with translation.override(language):
            send_soon(self.render_mail(template_prefix, email, context))
