"""Registering, signing in and out, passwords, the profile, and the language.

Some pages have two names: the site's own, and the one by which django-allauth looks for them.
"""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, re_path

from educa.accounts import views


def page(route: str, view: Callable[..., Any], *names: str) -> list[URLPattern]:
    """One page under several names."""
    return [path(route, view, name=name) for name in names]


sign_in = views.SignInView.as_view()
sign_out = views.SignOutView.as_view()
registration = views.RegistrationView.as_view()
change_password = views.PasswordChangeView.as_view()
forgotten = views.ForgottenPasswordView.as_view()
link_sent = views.ResetLinkSentView.as_view()

urlpatterns = [
    *page("students/register/", registration, "student_registration", "account_signup"),
    *page("accounts/login/", sign_in, "login", "account_login"),
    *page("accounts/logout/", sign_out, "logout", "account_logout"),
    *page(
        "accounts/password/change/", change_password, "password_change", "account_change_password"
    ),
    # Somebody without a password gets one by a link, like somebody who forgot it.
    *page(
        "accounts/password/reset/",
        forgotten,
        "password_reset",
        "account_reset_password",
        "account_set_password",
    ),
    *page(
        "accounts/password/reset/sent/",
        link_sent,
        "password_reset_done",
        "account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/(?P<uidb36>[0-9a-z]+)-(?P<key>[^/]+)/$",
        views.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/email/confirm/<str:key>/",
        views.ConfirmEmailView.as_view(),
        name="account_confirm_email",
    ),
    path("accounts/email/confirm/", views.confirm_email_again, name="email_confirm_again"),
    path("accounts/email/", views.EmailChangeView.as_view(), name="email_change"),
    path("accounts/profile/", views.ProfileView.as_view(), name="profile"),
    path("accounts/my-data/", views.MyDataView.as_view(), name="my_data"),
    path(
        "accounts/my-data/<int:pk>/package/",
        views.MyDataPackageView.as_view(),
        name="my_data_package",
    ),
    path(
        "accounts/password/confirm/", views.ConfirmPasswordView.as_view(), name="password_confirm"
    ),
    path("accounts/delete/", views.AccountDeleteView.as_view(), name="account_delete"),
    path("accounts/deleted/", views.AccountDeletedView.as_view(), name="account_deleted"),
    path("language/", views.LanguageView.as_view(), name="set_language"),
]
