"""Programs for tests: what they sign in with."""

from base64 import b64encode
from typing import Any

from django.test import Client

from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD
from educa.api.models import AccessToken, Scope


def bearer(secret: str) -> dict[str, str]:
    """The header of a request by a token."""
    return {"Authorization": f"Bearer {secret}"}


def make_secret(user: User, *scopes: str, **fields: Any) -> str:
    """The secret of a new token, by default with every scope and without an end."""
    return _issue(user, *scopes, **fields)[1]


def make_token(user: User, *scopes: str, **fields: Any) -> AccessToken:
    """A new token, as `make_secret`."""
    return _issue(user, *scopes, **fields)[0]


def _issue(user: User, *scopes: str, **fields: Any) -> tuple[AccessToken, str]:
    fields = {"name": "Script", "expires_at": None} | fields
    return AccessToken.objects.issue(user, scopes=scopes or Scope.values, **fields)


def program(user: User, *scopes: str) -> Client:
    """A client that signs in with a token of this person."""
    return Client(headers=bearer(make_secret(user, *scopes)))


def basic(user: User, password: str = PASSWORD) -> dict[str, str]:
    """The header of a request by a name and a password."""
    return {"Authorization": "Basic " + b64encode(f"{user.username}:{password}".encode()).decode()}


def browser_of(user: User) -> Client:
    """Signed in with the password, a moment ago."""
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client
