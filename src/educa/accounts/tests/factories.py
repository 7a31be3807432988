"""People for tests."""

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from educa.accounts.models import INSTRUCTORS, User

PASSWORD = "correct horse battery staple"
"""The password of everybody made here."""

_numbers = count(1)


def make_user(**fields: Any) -> User:
    """Someone with an account: their own name and address, the password above, no rights."""
    number = next(_numbers)
    fields = {
        "username": f"person{number}",
        "email": f"person{number}@example.com",
        "password": PASSWORD,
    } | fields
    return User.objects.create_user(**fields)


def confirm_address(user: User) -> User:
    """Let the person have confirmed their address."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_instructor(**fields: Any) -> User:
    """Someone who teaches: a member of the group that the migrations made."""
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name=INSTRUCTORS))
    return user


def make_admin(**fields: Any) -> User:
    """Someone who looks after the site: staff and superuser."""
    return make_user(is_staff=True, is_superuser=True, **fields)
