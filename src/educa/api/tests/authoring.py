"""A program of somebody who teaches, for tests."""

from typing import Any

from django.test import Client

from educa.accounts.models import User
from educa.api.tests.asking import program

JSON = "application/json"


class Author:
    """Asks the API for an instructor, in JSON."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.user = user
        self.client: Client = program(user, *scopes)

    def read(self, path: str, **parameters: Any) -> Any:
        """What is there."""
        return self.client.get(f"/api/{path}", parameters)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Make something, or take a step."""
        return self.client.post(
            f"/api/{path}", {} if body is None else body, JSON, headers=_named(headers)
        )

    def send(self, path: str, **parts: Any) -> Any:
        """As `post`, in multipart."""
        return self.client.post(f"/api/{path}", parts)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """Change something."""
        return self.client.patch(f"/api/{path}", body, JSON, headers=_named(headers))

    def delete(self, path: str, **headers: str) -> Any:
        """Put something into the trash."""
        return self.client.delete(f"/api/{path}", headers=_named(headers))

    def tag(self, path: str) -> str:
        """The tag of what is there."""
        return str(self.read(path).headers["ETag"])


def errors(answer: Any) -> dict[str, str]:
    """The codes of the fields that were wrong."""
    assert answer.status_code == 400, answer.content
    return {each["field"]: each["code"] for each in answer.json()["errors"]}


def refused(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
