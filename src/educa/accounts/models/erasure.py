"""What is remembered of accounts that were erased: what is still to be done, and which names are gone."""

from collections.abc import Iterator
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from educa.accounts.names import appearance


def _digest(name: str, key: str) -> str:
    about = salted_hmac("educa.retired-name", appearance(name), secret=key, algorithm="sha256")
    return about.hexdigest()


class RetiredNameQuerySet(models.QuerySet["RetiredName"]):
    def like(self, username: str) -> Self:
        """The name of an erased account that a reader would take for this one."""
        return self.filter(digest__in=list(self._digests(username)))

    def retire(self, username: str) -> None:
        """Let nobody have the name again."""
        digest = _digest(username, settings.SECRET_KEY)
        self.get_or_create(digest=digest)

    def _digests(self, username: str) -> Iterator[str]:
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            yield _digest(username, key)


class RetiredName(models.Model):
    """That a user name belonged to an erased account; the name itself is not kept.

    The digest is keyed with the site's secret key, so that nobody without it can try out names, and is
    one of the appearance, so that names which look the same are refused, too.
    """

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    retired_at = models.DateTimeField(_("retired"), auto_now_add=True)

    objects = RetiredNameQuerySet.as_manager()

    class Meta:
        ordering = ["-retired_at", "-pk"]
        verbose_name = _("retired name")
        verbose_name_plural = _("retired names")

    def __str__(self) -> str:
        return self.digest[:12]


class Erasure(models.Model):
    """What is still to be done after an account was erased; done, the row is gone.

    `person` was the key of the account. `stored` are names in the storage, `paths` those of files
    beside it. The address is for the one mail that says that it is done.
    """

    person = models.BigIntegerField(_("key of the account"))
    email = models.EmailField(_("email address"), blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    stored = models.JSONField(_("stored files"), default=list, blank=True)
    paths = models.JSONField(_("other files"), default=list, blank=True)
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return str(self.person)
