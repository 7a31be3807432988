"""Addresses, passwords and the right to teach: what is done in several steps or with mail."""

from collections.abc import Iterable

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest

from educa.accounts.models import INSTRUCTORS, User

MOST_ACCOUNTS_PER_MAILBOX = 3
"""To how many accounts that claim one unconfirmed address a mail with a new password's link leads."""


def change_email(request: HttpRequest, *, user: User, email: str) -> EmailAddress:
    """Ask the mailbox to confirm that it is this person's.

    A confirmed address stays in use until then. One that never was confirmed is replaced at once, by
    a new row: links that were sent to the old address must not confirm the new one.
    """
    with transaction.atomic():
        addresses = EmailAddress.objects.filter(user=user)
        addresses.filter(verified=False).delete()
        is_first = not addresses.exists()
        address = EmailAddress.objects.create(user=user, email=email, primary=is_first)
        old = user.email
        if is_first:
            user.email = email
            user.save(update_fields=["email"])
    if is_first and old:
        get_adapter().send_notification_mail(
            "account/email/email_changed", user, {"from_email": old, "to_email": email}, email=old
        )
    address.send_confirmation(request)
    return address


def awaited_address(user: User) -> EmailAddress | None:
    """The address that this person still has to confirm, if there is one."""
    return EmailAddress.objects.filter(user=user, verified=False).order_by("-pk").first()


def confirm_again(request: HttpRequest, *, user: User) -> EmailAddress | None:
    """Send the mail once more that asks to confirm the awaited address; None if there is none."""
    address = awaited_address(user)
    if address is None and user.email and not EmailAddress.objects.filter(user=user).exists():
        # The account was made by an administrator or a command.
        address = EmailAddress.objects.create(user=user, email=user.email, primary=True)
    if address:
        address.send_confirmation(request)
    return address


def send_reset_links(request: HttpRequest, *, email: str) -> None:
    """Mail a link for choosing a new password to the accounts that this address belongs to."""
    holders = User.objects.holding(email).filter(is_active=True).order_by("pk")
    users = list(holders[:MOST_ACCOUNTS_PER_MAILBOX])
    request_password_reset(request, email.lower(), users, default_token_generator)


def send_reset_link(request: HttpRequest, *, user: User) -> None:
    """Mail this person a link for choosing a new password."""
    request_password_reset(request, user.email, [user], default_token_generator)


def tell_of_new_password(user: User) -> None:
    """Mail somebody that their password is another one now."""
    get_adapter().send_notification_mail("account/email/password_changed", user)


def make_instructors(users: Iterable[User]) -> None:
    """Let these people teach."""
    Group.objects.get(name=INSTRUCTORS).user_set.add(*users)


def dismiss_instructors(users: Iterable[User]) -> None:
    """Let these people no longer teach; what they made stays theirs."""
    Group.objects.get(name=INSTRUCTORS).user_set.remove(*users)
