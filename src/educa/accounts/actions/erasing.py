"""Deleting an account: one transaction, and what can only be done after it.

The transaction takes everything out of the database that is about the person and writes down, in an
`Erasure`, which files are left over. Whoever is killed before its end has changed nothing; whoever is
killed after it leaves the row, and `finish_erasures`, a duty, goes on.
"""

import contextlib
from pathlib import Path
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import Erasure, RetiredName, User
from educa.accounts.models.user import STAND_IN
from educa.accounts.privacy import sessions_of
from educa.lib import privacy
from educa.lib.duties import give_way, poke, unhurried


class ErasureRefused(Exception):
    """The account can't be deleted now; says why."""

    def __init__(self, obstacles: list[privacy.Obstacle]) -> None:
        super().__init__(" ".join(str(obstacle.reason) for obstacle in obstacles))
        self.obstacles = obstacles


def obstacles_to(person: User) -> list[privacy.Obstacle]:
    """What keeps this account from being deleted; nothing, when it can be."""
    if person.username == STAND_IN:
        return [privacy.Obstacle(_("This account stands for those that were deleted."))]
    return privacy.obstacles(person)


def erase(person: User) -> Erasure | None:
    """Delete the account and everything that is held about the person, or make it anonymous.

    None when the account is gone already. Raises ErasureRefused with the obstacles, also when one came
    up at the same moment; nothing is changed then.
    """
    # Not in a page's time where somebody has studied for years.
    limits = contextlib.nullcontext() if _is_inside() else unhurried()
    try:
        with limits, transaction.atomic():
            return _erase(person.pk)
    except (IntegrityError, ProtectedError) as error:
        raise ErasureRefused(
            obstacles_to(person)
            or [privacy.Obstacle(_("Something still belongs to this account."))]
        ) from error


def _is_inside() -> bool:
    return bool(transaction.get_connection().in_atomic_block)


def _erase(pk: int) -> Erasure | None:
    # The last two superusers must not go at the same moment; always locked in the same order.
    list(
        User.objects.select_for_update().filter(is_superuser=True).order_by("pk").values_list("pk")
    )
    person = User.objects.select_for_update().filter(pk=pk).first()
    if person is None:
        return None
    if found := obstacles_to(person):
        raise ErasureRefused(found)
    data = privacy.declarations()
    erasure = Erasure.objects.create(
        person=pk,
        email=person.email,
        language=person.language,
        stored=[name for each in data for name in each.stored_names(person)],
        paths=[str(path) for each in data for path in _paths(each, person)],
    )
    for each in reversed(data):
        each.erase_for(person)
    RetiredName.objects.retire(person.username)
    transaction.on_commit(poke)
    return erasure


def _paths(data: privacy.PersonalData, person: User) -> list[Path]:
    if data.paths is None:
        return []
    return [path for row in data.held(person) for path in data.paths(row)]


def finish_erasures() -> None:
    """Do what is left to do for accounts that were erased."""
    for erasure in Erasure.objects.all():
        give_way()
        finish_erasure(erasure)


def finish_erasure(erasure: Erasure) -> None:
    """Delete the sessions and files that are left over, and tell the person; twice does no harm."""
    for session, _said in sessions_of(erasure.person):
        session.delete()
    for name in erasure.stored:
        default_storage.delete(name)
    for path in erasure.paths:
        Path(path).unlink(missing_ok=True)
    is_ours, _models = Erasure.objects.filter(pk=erasure.pk).delete()
    if is_ours and erasure.email:
        _tell(erasure)


def _tell(erasure: Erasure) -> None:
    context: dict[str, Any] = {"erased_at": erasure.erased_at}
    # The adapter writes in the language of a user, and there is none any more.
    reader = User(language=erasure.language)
    get_adapter().send_mail(
        "account/email/account_deleted", erasure.email, {**context, "user": reader}
    )
