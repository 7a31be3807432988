"""The pages about people and their accounts."""

from educa.accounts.views.deleting import AccountDeletedView, AccountDeleteView
from educa.accounts.views.my_data import ConfirmPasswordView, MyDataPackageView, MyDataView
from educa.accounts.views.signing_in import (
    ConfirmEmailView,
    EmailChangeView,
    ForgottenPasswordView,
    LanguageView,
    NewPasswordView,
    PasswordChangeView,
    ProfileView,
    RegistrationView,
    ResetLinkSentView,
    SignInView,
    SignOutView,
    confirm_email_again,
)

__all__ = [
    "AccountDeleteView",
    "AccountDeletedView",
    "ConfirmEmailView",
    "ConfirmPasswordView",
    "EmailChangeView",
    "ForgottenPasswordView",
    "LanguageView",
    "MyDataPackageView",
    "MyDataView",
    "NewPasswordView",
    "PasswordChangeView",
    "ProfileView",
    "RegistrationView",
    "ResetLinkSentView",
    "SignInView",
    "SignOutView",
    "confirm_email_again",
]
