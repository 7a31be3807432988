"""What is held about everybody who has an account, and what becomes of it."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import DataExport, User
from educa.accounts.sessions import SessionStore
from educa.lib.privacy import (
    Basis,
    Category,
    Fact,
    Obstacle,
    OnErasure,
    PersonalData,
    declarations,
    declare,
    declare_impersonal,
    facts,
    guard,
)

WHILE_ACCOUNT = _("as long as the account")
NOBODY = "deleted account"  # stored, so never translated


@guard
def last_superuser(person: User) -> Iterable[Obstacle]:
    """A site must not be left without anybody who can do everything in it."""
    if person.is_superuser:
        # Locked in order, so that the last two can't go at the same moment.
        others = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
        if not [pk for pk in others.values_list("pk", flat=True) if pk != person.pk]:
            yield Obstacle(_("You are the only superuser. Make somebody else one first."))


def _profile(person: User) -> list[Fact]:
    return facts(
        person,
        "username",
        "email",
        "display_name",
        "first_name",
        "last_name",
        "time_zone",
        "language",
        "date_joined",
        "last_login",
        "is_active",
        "is_staff",
        "is_superuser",
    )


# Sessions


def sessions_of(key: object) -> Iterator[tuple[Session, dict[str, Any]]]:
    """The sessions of the account with that key, with what is in them; all are looked at for it."""
    store = SessionStore()
    for session in Session.objects.iterator(chunk_size=500):
        said = store.decode(session.session_data)
        if said.get("_auth_user_id") == str(key):
            yield session, said


def _sessions(person: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    return sessions_of(person.pk)


def _session(row: tuple[Session, dict[str, Any]]) -> list[Fact]:
    """When it began and ends; never its key."""
    session, said = row
    methods = said.get("account_authentication_methods") or [{}]
    begun = methods[0].get("at")
    at = datetime.fromtimestamp(begun, UTC) if begun else None
    return [
        Fact("signed_in_at", _("signed in"), at),
        Fact("expires_at", _("ends"), session.expire_date),
    ]


# The history of the administration


def _by_them(person: User) -> "QuerySet[LogEntry]":
    return LogEntry.objects.filter(user=person).select_related("content_type").order_by("pk")


def _about_them(person: User) -> "QuerySet[LogEntry]":
    kind = ContentType.objects.get_for_model(User)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(person.pk))
    return rows.select_related("content_type").order_by("pk")


def _entry(row: LogEntry) -> list[Fact]:
    """What was done to what, and when: no names, since these are of other people, too."""
    return [
        Fact("at", _("time"), row.action_time),
        Fact("action", _("action"), row.action_flag, row.get_action_flag_display()),
        Fact("kind", _("kind"), row.content_type.name if row.content_type else ""),
        Fact("object", _("number"), row.object_id),
        Fact("fields", _("changed"), _changed(row.change_message)),
    ]


def _changed(message: str) -> list[str]:
    """The names of the columns that an entry says were changed."""
    steps = _as_json(message)
    done = [step.get("changed", {}) for step in steps if isinstance(step, dict)]
    return [str(name) for change in done for name in change.get("fields", [])]


def _as_json(message: str) -> list[Any]:
    try:
        found = json.loads(message)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _disown(person: User) -> None:
    """Nobody in particular has done what this person did, and no entry calls them by name any more."""
    if LogEntry.objects.filter(user=person).exists():
        LogEntry.objects.filter(user=person).update(user=User.objects.stand_in())
    _about_them(person).update(object_repr=NOBODY)
    names = {person.username, person.display_name, person.get_full_name(), person.email}
    names |= set(person.emailaddress_set.values_list("email", flat=True))  # type: ignore[attr-defined] # allauth's
    names.discard("")
    kinds = {ContentType.objects.get_for_model(data.model_class).pk for data in declarations()}
    for entry in _naming(names).iterator(chunk_size=500):
        entry.change_message = _without(names, entry.change_message)
        if entry.content_type_id in kinds:
            entry.object_repr = _blanked(names, entry.object_repr)
        entry.save(update_fields=["change_message", "object_repr"])


def _naming(names: Iterable[str]) -> "QuerySet[LogEntry]":
    wanted = Q(pk__in=[])
    for name in names:
        escaped = json.dumps(name)[1:-1]
        wanted |= Q(object_repr__icontains=name) | Q(change_message__icontains=name)
        wanted |= Q(change_message__icontains=escaped)
    return LogEntry.objects.filter(wanted).order_by("pk")


def _without(names: Iterable[str], message: str) -> str:
    """The message without these names: in one of Django's own, only what it says of things is looked at.

    Its other words say what was done, which somebody could otherwise blot out by taking a word as name.
    """
    steps = _as_json(message)
    if not steps:
        return _blanked(names, message)
    for change in (each for step in steps if isinstance(step, dict) for each in step.values()):
        if isinstance(change, dict) and "object" in change:
            change["object"] = _blanked(names, str(change["object"]))
    return json.dumps(steps)


def _blanked(names: Iterable[str], text: str) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NOBODY, text)
    return text


def _parts(export: DataExport) -> list[Any]:
    """An export that was broken off has left a part of the file."""
    try:
        return [export.package.storage.path(name) for name in export.parts]
    except NotImplementedError:
        return []


def _leave_alone(person: User) -> None:
    """Something else takes care of these rows."""


def _has_none(person: User) -> list[Any]:
    """No row can be found by an account that is still there."""
    return []


def _says_nothing(row: Any) -> list[Fact]:
    return []


declare(
    PersonalData(  # stands first, and so is erased last
        name="profile",
        model="accounts.User",
        relation="pk",
        fields=tuple(column.name for column in User._meta.concrete_fields),
        category=Category.ACCOUNT,
        title=_("Profile"),
        purpose=_("To sign you in, and to speak to you by name, in your language and your time"),
        retention=WHILE_ACCOUNT,
        on_erasure=OnErasure.DELETE,
        remark=_(
            "Of the user name stays a keyed digest, which tells nothing, so that nobody else gets it"
        ),
        describe=_profile,
    ),
    PersonalData(
        name="email_addresses",
        model="account.EmailAddress",
        relation="user",
        fields=("email",),
        category=Category.ACCOUNT,
        title=_("Email addresses"),
        purpose=_("To get you a new password, and to tell you what happened to your account"),
        retention=WHILE_ACCOUNT,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "email", "verified", "primary"),
    ),
    PersonalData(
        name="email_confirmations",
        model="account.EmailConfirmation",
        relation="email_address__user",
        category=Category.ACCOUNT,
        title=_("Links to confirm addresses"),
        purpose=_("To know that a mailbox is yours"),
        retention=_("not at all: the links are signed instead"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "created", "sent"),
    ),
    PersonalData(
        name="groups",
        model="accounts.User_groups",
        relation="user",
        category=Category.ACCOUNT,
        title=_("Groups"),
        purpose=_("To know whether you teach"),
        retention=WHILE_ACCOUNT,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "group"),
    ),
    PersonalData(
        name="permissions",
        model="accounts.User_user_permissions",
        relation="user",
        category=Category.ACCOUNT,
        title=_("Permissions"),
        purpose=_("To know what you may do"),
        retention=WHILE_ACCOUNT,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "permission"),
    ),
    PersonalData(
        name="sessions",
        model="sessions.Session",
        category=Category.ACCOUNT,
        title=_("Sessions"),
        purpose=_("To keep you signed in"),
        retention=_("until you sign out, or two weeks"),
        on_erasure=OnErasure.DELETE,
        remark=_("Every browser is signed out at once"),
        describe=_session,
        rows=_sessions,
        # With the account they are dead already; the rows go soon after (`finish_erasure`).
        erase=_leave_alone,
        is_counted=False,  # all sessions of the site would have to be read
    ),
    PersonalData(
        name="data_exports",
        model="accounts.DataExport",
        relation="owner",
        category=Category.RECORDS,
        title=_("Copies of your data"),
        purpose=_("To give you what you asked for"),
        retention=_("some days, as the site is set"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "created", "status", "finished_at", "size"),
        paths=_parts,
    ),
    PersonalData(
        name="history_by_you",
        model="admin.LogEntry",
        relation="user",
        category=Category.RECORDS,
        title=_("What you did in the administration"),
        purpose=_("To find out who changed what"),
        basis=Basis.INTEREST,
        retention=_("as long as the site"),
        on_erasure=OnErasure.ANONYMIZE,
        remark=_("A stand-in takes your place, and your names are blotted out"),
        describe=_entry,
        rows=_by_them,
        erase=_disown,
    ),
    PersonalData(
        name="history_about_you",
        model="admin.LogEntry",
        relation="",
        fields=("content_type",),
        category=Category.RECORDS,
        title=_("What administrators did to your account"),
        purpose=_("To find out who changed what"),
        basis=Basis.INTEREST,
        retention=_("as long as the site"),
        on_erasure=OnErasure.ANONYMIZE,
        remark=_("Your names are blotted out"),
        describe=_entry,
        rows=_about_them,
        erase=_leave_alone,  # done with those by the person
    ),
    PersonalData(
        name="erasures",
        model="accounts.Erasure",
        fields=("email",),
        category=Category.RECORDS,
        title=_("The order to delete your account"),
        purpose=_("To delete your files, and to tell you that all is done"),
        retention=_("some seconds, until it is done"),
        on_erasure=OnErasure.DELETE,
        describe=_says_nothing,
        rows=_has_none,
    ),
    PersonalData(
        name="retired_names",
        model="accounts.RetiredName",
        fields=("digest",),
        category=Category.RECORDS,
        title=_("Digest of a deleted account’s user name"),
        purpose=_("To let nobody pass for somebody who was here before"),
        basis=Basis.INTEREST,
        retention=_("as long as the site and its secret key"),
        on_erasure=OnErasure.KEEP,
        remark=_("Without the secret key of the site, no name can be found by it"),
        describe=_says_nothing,
        rows=_has_none,
    ),
)
declare_impersonal("auth.Permission", "content_type", "names a model, and no row of it")
