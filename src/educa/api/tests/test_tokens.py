"""Access tokens: what is kept of them, what they may do, and when they end."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from educa.accounts.actions import erase
from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_user
from educa.api.actions import make_token
from educa.api.duties import delete_expired_tokens
from educa.api.models import AccessToken, Scope
from educa.api.models.token import MOST_TOKENS
from educa.api.tests.asking import basic, bearer, browser_of, make_secret, program

pytestmark = pytest.mark.django_db

TOKENS, COURSES = "/api/tokens/", "/api/courses/"
DAY = timedelta(days=1)
NEW = {"name": "Script", "scopes": ["read"], "expires_at": None}


@pytest.fixture
def ada(db: None) -> User:
    return make_user(username="ada")


def everything() -> str:
    """All rows of all tables, as text."""
    out = StringIO()
    call_command("dumpdata", "--all", stdout=out)
    return out.getvalue()


def test_a_secret_is_in_no_table(ada, client):
    answer = client.post(TOKENS, NEW, "application/json", headers=basic(ada))

    secret = answer.json()["secret"]
    assert answer.status_code == 201
    assert client.get(COURSES, headers=bearer(secret)).status_code == 200
    assert secret not in everything()
    assert secret.removeprefix("educa_")[5:] not in everything()


def test_a_secret_is_in_the_answer_to_the_post_only(ada, client):
    secret = client.post(TOKENS, NEW, "application/json", headers=basic(ada)).json()["secret"]

    listed = client.get(TOKENS, headers=basic(ada)).json()["results"]

    assert [set(row) for row in listed] == [
        {"id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"}
    ]
    assert secret.startswith(listed[0]["hint"])


def test_an_answer_with_a_secret_is_not_kept_for_a_second_request(ada, client):
    headers = {**basic(ada), "Idempotency-Key": "one"}

    answer = client.post(TOKENS, NEW, "application/json", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "key")
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "two\nlines"),
        ("name", "x" * 101),
        ("scopes", []),
        ("scopes", ["admin"]),
        ("scopes", "read"),
        ("expires_at", "2001-01-01T00:00:00Z"),
        ("expires_at", "tomorrow"),
        ("user", 1),
        ("digest", "0" * 64),
        ("id", 1),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(ada, client, field, value):
    answer = client.post(TOKENS, {**NEW, field: value}, "application/json", headers=basic(ada))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].partition(".")[0] == field
    assert not AccessToken.objects.exists()


def test_when_a_token_expires_has_to_be_said(ada, client):
    data = {"name": "Script", "scopes": ["read"]}

    answer = client.post(TOKENS, data, "application/json", headers=basic(ada))

    assert [error["field"] for error in answer.json()["errors"]] == ["expires_at"]


def test_a_token_expires(ada, client):
    soon = make_secret(ada, expires_at=timezone.now() + DAY)
    over = make_secret(ada, expires_at=timezone.now() - timedelta(seconds=1))

    answer = client.get(COURSES, headers=bearer(over))

    assert client.get(COURSES, headers=bearer(soon)).status_code == 200
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert (answer.json()["code"], answer["WWW-Authenticate"][:6]) == ("token", "Bearer")


def test_a_revoked_token_is_refused_at_once(ada, client):
    secret = make_secret(ada)
    token = AccessToken.objects.get()

    gone = client.delete(f"{TOKENS}{token.pk}/", headers=basic(ada))

    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(COURSES, headers=bearer(secret)).status_code == 401


def test_the_token_of_somebody_suspended_is_refused(ada, client):
    secret = make_secret(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)

    assert client.get(COURSES, headers=bearer(secret)).status_code == 401


def test_the_token_of_somebody_erased_is_refused(ada, client):
    secret, others = make_secret(ada), make_secret(make_user())

    erase(ada)

    assert client.get(COURSES, headers=bearer(secret)).status_code == 401
    assert client.get(COURSES, headers=bearer(others)).status_code == 200


@pytest.mark.parametrize("secret", ["", "educa_", "educa_x", "educa_\udcff", "x" * 5000])
def test_what_is_no_token_is_refused(client, secret):
    answer = client.get(COURSES, HTTP_AUTHORIZATION=f"Bearer {secret}")

    assert (answer.status_code, answer.json()["code"]) == (401, "token")


def test_that_a_token_was_used_is_noted_to_the_minute(ada, client):
    secret = make_secret(ada)
    client.get(COURSES, headers=bearer(secret))
    first = AccessToken.objects.get().last_used_at
    client.get(COURSES, headers=bearer(secret))
    again = AccessToken.objects.get().last_used_at
    AccessToken.objects.update(last_used_at=first - timedelta(seconds=61))
    client.get(COURSES, headers=bearer(secret))

    assert again == first
    assert AccessToken.objects.get().last_used_at >= first


def test_somebody_else_neither_sees_nor_revokes_a_token(ada, client):
    make_secret(ada)
    other = make_user()

    listed = client.get(TOKENS, headers=basic(other)).json()["results"]
    answer = client.delete(f"{TOKENS}{AccessToken.objects.get().pk}/", headers=basic(other))

    assert (listed, answer.status_code) == ([], 404)
    assert AccessToken.objects.count() == 1


def test_a_token_can_not_see_make_or_revoke_tokens(ada):
    by_token = program(ada)
    mine = f"{TOKENS}{AccessToken.objects.get().pk}/"

    answers = [by_token.get(TOKENS), by_token.post(TOKENS, NEW, "application/json")]
    answers.append(by_token.delete(mine))

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (403, "session")
    ] * 3
    assert AccessToken.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(TOKENS).status_code == 401
    assert client.post(TOKENS, NEW, "application/json").status_code == 401


def test_a_session_makes_a_token_after_the_password_was_typed(ada, client):
    client.force_login(ada)

    refused = client.post(TOKENS, NEW, "application/json")
    made = browser_of(ada).post(TOKENS, NEW, "application/json")

    assert (refused.status_code, refused.json()["code"]) == (403, "unconfirmed")
    assert made.status_code == 201


def test_nobody_has_more_tokens_than_they_can_overlook(ada, client):
    for number in range(MOST_TOKENS):
        make_token(user=ada, name=f"{number}", scopes=["read"], expires_at=None)

    answer = client.post(TOKENS, NEW, "application/json", headers=basic(ada))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_many")
    with pytest.raises(ValidationError):
        make_token(user=ada, name="More", scopes=["read"], expires_at=None)
    make_token(user=make_user(), name="Other", scopes=["read"], expires_at=None)


def test_tokens_are_deleted_long_after_they_have_expired(ada):
    for age in (91, 89):
        make_secret(ada, name=f"{age}", expires_at=timezone.now() - age * DAY)
    make_secret(ada, name="never")

    delete_expired_tokens()

    assert set(AccessToken.objects.values_list("name", flat=True)) == {"89", "never"}


def test_administrators_see_no_secret_and_revoke(ada, client):
    secret = make_secret(ada, name="Old script")
    token = AccessToken.objects.get()
    client.force_login(make_admin())
    page = client.get(f"/admin/api/accesstoken/{token.pk}/change/").content.decode()
    listed = client.get("/admin/api/accesstoken/").content.decode()

    client.post("/admin/api/accesstoken/", {"action": "revoke", "_selected_action": token.pk})

    assert "Old script" in page
    assert "Old script" in listed
    assert token.digest not in page + listed
    assert secret not in page + listed
    assert not AccessToken.objects.exists()


def test_scopes_are_kept_in_their_order_and_once(ada):
    make_secret(ada, "teach", "read", "read")

    assert AccessToken.objects.get().scopes == [Scope.READ, Scope.TEACH]
