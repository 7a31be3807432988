"""Who somebody is: the one place where a password is checked."""

from contextvars import ContextVar
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from educa.accounts.models import User
from educa.accounts.names import normalized
from educa.accounts.passwords import MAX_PASSWORD_LENGTH
from educa.accounts.throttling import WRONG_PASSWORDS, WRONG_PASSWORDS_FROM
from educa.lib.addresses import client_network
from educa.lib.prepared import PreparedRows
from educa.lib.throttle import Limit

read_with_session: ContextVar[User | None] = ContextVar("read_with_session", default=None)
"""Whom the session of this request was read together with, while it is being asked whose it is."""


class AccountBackend(ModelBackend):
    """Signs in by user name or email address, for pages, administration and API alike.

    Each attempt costs exactly one hash, whether the account is there, active, or not.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person whose password this is. Raises TooManyRequests after too many wrong ones."""
        if not username or not password or len(password) > MAX_PASSWORD_LENGTH:
            return None
        attempts = _attempts(request, username)
        for limit, who in attempts:
            limit.spend(who)
        user = User.objects.known_as(username)
        if user is None:
            make_password(password)
            return None
        if not user.check_password(password) or not self.user_can_authenticate(user):
            return None
        for limit, who in attempts:
            limit.refund(who)
        return user

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """A person's own permissions and those of their groups, in one statement; of single rows there are none."""
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            names = _PERMISSIONS.ask(user_obj.pk, case=bool(user_obj.is_superuser))
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}
        known: set[str] = user_obj._perm_cache
        return known

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with what every page wants to know of them: read with it, or by a statement."""
        known = read_with_session.get()
        if known is None or known.pk != user_id:
            known = User.objects.with_teaching().filter(pk=user_id).first()
        user = known
        return user if user and self.user_can_authenticate(user) else None


def _permissions(is_superuser: bool, user: int) -> "QuerySet[Permission, Any]":  # noqa: FBT001 - a case
    """App and name of what this person may do."""
    rows = Permission.objects.order_by().values_list("content_type__app_label", "codename")
    if is_superuser:
        return rows
    own = User.user_permissions.through._default_manager.filter(user=user)
    of_groups = Group.permissions.through._default_manager.filter(group__user=user)
    # Two short lists and no outer joins, which take PostgreSQL longer to plan than to carry out.
    return rows.filter(
        Q(pk__in=own.values("permission")) | Q(pk__in=of_groups.values("permission"))
    )


_PERMISSIONS = PreparedRows(_permissions)


def _attempts(request: HttpRequest | None, username: str) -> list[tuple[Limit, str]]:
    """What an attempt counts for. The network comes first: what it may not do is not held against the name."""
    by_name = [(WRONG_PASSWORDS, normalized(username))]
    return [(WRONG_PASSWORDS_FROM, client_network(request)), *by_name] if request else by_name


def forgive(user: User) -> None:
    """Forget the wrong passwords that were tried for somebody who has proved to own the account."""
    for login in {user.username, user.email}:
        WRONG_PASSWORDS.forget(normalized(login))
