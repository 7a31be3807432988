"""People."""

import zoneinfo
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models.erasure import RetiredName
from educa.accounts.names import appearance, cleaned_line, normalized, shown_name, validate_username
from educa.lib.prepared import PreparedRows, prepared_cursor

INSTRUCTORS = "Instructors"
"""The name of the group whose members teach."""

STAND_IN = "-deleted-"
"""A user name that nobody can choose, since it begins with a sign."""


@cache
def zone_names() -> frozenset[str]:
    """The names in the time zone database, which takes a walk through a folder to know."""
    return frozenset(zoneinfo.available_timezones())


def validate_display_name(name: str) -> None:
    """Raises ValidationError for a name that would disturb a page."""
    cleaned_line(name)


def validate_time_zone(name: str) -> None:
    """Raises ValidationError for a name that the time zone database does not have."""
    if name not in zone_names():
        raise ValidationError(
            _("“%(name)s” is no time zone."), code="time_zone", params={"name": name}
        )


def validate_language(code: str) -> None:
    """Raises ValidationError for a language that this site does not offer."""
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(
            _("This site does not speak “%(code)s”."), code="language", params={"code": code}
        )


def lowered(email: str) -> str:
    """An address that was typed, in the spelling in which it is stored."""
    return email.strip().lower()


class AppearanceField(models.CharField[str, str]):
    """What a reader sees in the user name: computed at each save, and unique."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's
        value = appearance(getattr(model_instance, "username", ""))
        setattr(model_instance, self.attname, value)
        return value


class UserManager(DjangoUserManager["User"]):
    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=normalized(username or ""))

    def with_teaching(self) -> "models.QuerySet[User]":
        """Add `is_instructor`: whether they are a member of the group that teaches."""
        groups = User.groups.through._default_manager.filter(group__name=INSTRUCTORS)
        return self.annotate(is_instructor=Exists(groups.filter(user=OuterRef("pk"))))

    def looking_like(self, username: str) -> "models.QuerySet[User]":
        """The accounts whose user name a reader would take for this one."""
        return self.filter(username_appearance=appearance(username))

    def is_taken(self, username: str) -> bool:
        """Whether somebody has a user name that looks like this one, or had it until they were erased."""
        return self.looking_like(username).exists() or RetiredName.objects.like(username).exists()

    def stand_in(self) -> "User":
        """The closed account to which goes what must have somebody, when that person is erased."""
        user, is_new = self.get_or_create(
            username=STAND_IN, defaults={"is_active": False, "display_name": "Deleted account"}
        )
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return user

    def holding(self, email: str) -> "models.QuerySet[User]":
        """The accounts that an address belongs to: the one that confirmed it, or all that claim it.

        Several accounts may claim an address, because telling that it is taken would tell who has an
        account; only one can have confirmed it.
        """
        confirmed = self.confirming(email)
        # One question whatever the answer, so that the time tells nothing.
        return self.filter(
            Q(pk__in=confirmed.values("pk")) | ~Exists(confirmed), email=lowered(email)
        )

    def confirming(self, email: str) -> "models.QuerySet[User]":
        """The account that has confirmed this address, at most one."""
        address = lowered(email)
        return self.filter(email=address, emailaddress__email=address, emailaddress__verified=True)

    def named(self, login: str) -> "User | None":
        """Whom somebody else means by this user name or address, to give them something.

        An address that nobody has confirmed means nobody: whoever claims it may be anybody.
        """
        if "\0" in login:  # PostgreSQL would refuse the question
            return None
        if "@" in login:
            return self.confirming(login).first()
        return self.filter(username=normalized(login)).first()

    def known_as(self, login: str) -> "User | None":
        """Whom this user name or address signs in; among several who claim an address, the oldest."""
        if "\0" in login:  # PostgreSQL would refuse the question
            return None
        asked, text = (HOLDING, lowered(login)) if "@" in login else (NAMED, normalized(login))
        rows = asked.ask(text, limit=1)
        return User.from_db(self.db, COLUMNS, rows[0]) if rows else None


def note_sign_in(sender: Any, user: "User", **kwargs: Any) -> None:
    """Receiver of Django's `user_logged_in`: keep when it was, at a third of what Django's own receiver costs."""
    user.last_login = timezone.now()
    at = connection.ops.adapt_datetimefield_value(user.last_login)
    with prepared_cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET last_login = %s WHERE id = %s", [at, user.pk])


class User(AbstractUser):
    """A person with an account: student, instructor, administrator, or several of these."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[validate_username],
        help_text=_("Letters, digits and . - _ only. It is written in small letters."),
        error_messages={"unique": _("Somebody has this user name already.")},
    )
    username_appearance = AppearanceField(
        max_length=150,
        unique=True,
        editable=False,
    )
    email = models.EmailField(_("email address"), blank=True, db_index=True)
    display_name = models.CharField(
        _("display name"),
        max_length=150,
        blank=True,
        validators=[validate_display_name],
        help_text=_("What others see instead of your user name."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=16, blank=True, validators=[validate_language]
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return shown_name(self.display_name, self.first_name, self.last_name, self.username)

    @classmethod
    def normalize_username(cls, username: Any) -> Any:
        return normalized(username) if isinstance(username, str) else username

    def clean(self) -> None:
        """Raises ValidationError when a reader would take the user name for that of somebody else."""
        super().clean()
        self.email = self.email.lower()
        self.display_name = cleaned_line(self.display_name)
        alike = User.objects.looking_like(self.username or "").exclude(pk=self.pk)
        retired = RetiredName.objects.like(self.username or "")
        if self.username and (alike.exists() or retired.exists()):
            raise ValidationError(
                {"username": _("Somebody has a user name that looks like this one.")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = normalized(self.username)
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """The name to show to others: as chosen, or else made of first and last name; may be empty."""
        return self.display_name or super().get_full_name()

    @property
    def shown_name(self) -> str:
        """The name to show to others; never empty."""
        return str(self)


COLUMNS = tuple(field.attname for field in User._meta.concrete_fields)


def _prepared(rows_of: Callable[[str], models.QuerySet[User]]) -> PreparedRows:
    return PreparedRows(lambda _case, text: rows_of(text).order_by("pk").values_list(*COLUMNS))


NAMED = _prepared(lambda name: User.objects.filter(username=name))
HOLDING = _prepared(User.objects.holding)
