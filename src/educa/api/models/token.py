"""Personal access tokens."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User

PREFIX = "educa_"
HINT = 10  # characters by which one knows a token again
KEPT = timedelta(days=90)  # after it has expired
USED_PAUSE = timedelta(minutes=1)  # between two notes of when a token was used
MOST_TOKENS = 50  # of one person


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", _("Read what you can read")
    LEARN = "learn", _("Enroll, study and write in rooms for you")
    TEACH = "teach", _("Build and change your courses")


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def of(self, user: User) -> Self:
        """This person's tokens."""
        return self.filter(user=user)

    def valid(self) -> Self:
        """Without those that have expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def long_over(self) -> Self:
        """Those that expired so long ago that nobody asks any more why a program was refused."""
        return self.filter(expires_at__lt=timezone.now() - KEPT)

    def issue(
        self, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None
    ) -> "tuple[AccessToken, str]":
        """A new token and its secret, which nobody can read again afterwards."""
        secret = PREFIX + secrets.token_urlsafe(32)
        token = self.create(
            user=user,
            name=name,
            digest=digest_of(secret),
            hint=secret[:HINT],
            scopes=[scope for scope in Scope.values if scope in set(scopes)],
            expires_at=expires_at,
        )
        return token, secret

    def known_by(self, secret: str) -> "AccessToken | None":
        """The valid token that has this secret, with its person."""
        if not secret.startswith(PREFIX):
            return None
        return self.valid().select_related("user").filter(digest=digest_of(secret)).first()


def digest_of(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a plain hash can't be turned round."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


class AccessToken(models.Model):
    """By this a program acts for a person, within its scopes, until it expires or is revoked (deleted)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="access_tokens",
        verbose_name=_("person"),
    )
    name = models.CharField(
        _("name"), max_length=100, help_text=_("What it is for, so that you know it again.")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=HINT, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return self.name

    def allows(self, scope: str) -> bool:
        """Whether the token may be used for this."""
        return scope in self.scopes

    def note_use(self) -> None:
        """Remember when it was used, to the minute."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > USED_PAUSE:
            AccessToken.objects.filter(pk=self.pk).update(last_used_at=now)

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def scope_labels(self) -> list[Any]:
        """What it may be used for, in words."""
        return [scope.label for scope in Scope if scope.value in self.scopes]
