"""What a session cookie may be."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from educa.accounts import sessions
from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"a\\000aaaaaaaaaaaaaaaa"', "x", "A" * 32, "a" * 41, "é" * 32])
def test_cookie_that_is_no_key_is_no_session(client, key, django_assert_num_queries):
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    client.cookies[settings.SESSION_COOKIE_NAME].set("x", key.strip('"'), key)

    with django_assert_num_queries(0):
        response = client.get("/accounts/login/")

    assert response.status_code == 200


def test_key_that_was_made_is_one(client):
    client.force_login(make_user(display_name="Ada Example"))

    assertContains(client.get("/students/courses/"), "Ada Example")


def is_signed_in(client):
    return client.get(reverse("profile")).status_code == 200


@pytest.fixture
def ada(client):
    """Somebody who is signed in."""
    person = make_user(display_name="Ada Example")
    client.force_login(person)
    assert is_signed_in(client)
    return person


def test_the_session_and_its_person_cost_one_statement(client, ada, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(reverse("password_reset_done"))

    assert response.context["user"] == ada


@pytest.mark.django_db
def test_a_session_with_nothing_in_it_that_gets_another_key_leaves_none_behind():
    empty = sessions.SessionStore()
    empty.save(must_create=True)

    sessions.SessionStore(empty.session_key).cycle_key()

    assert not Session.objects.exists()


@pytest.fixture
def rename(client):
    """Give the session of the browser another key, in the database as in the cookie."""

    def _rename(key):
        Session.objects.update(session_key=key)
        client.cookies[settings.SESSION_COOKIE_NAME] = key

    return _rename


def test_a_session_whose_key_does_not_say_whose_it_is_costs_two(
    client, ada, rename, django_assert_num_queries
):
    rename("k" * 32)

    with django_assert_num_queries(2):
        response = client.get(reverse("password_reset_done"))

    assert response.context["user"] == ada


def test_a_session_that_is_deleted_in_the_database_is_dead_at_once(client, ada):
    Session.objects.all()._raw_delete("default")

    assert not is_signed_in(client)


def test_a_session_that_has_expired_is_dead(client, ada):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_signed_in(client)


def test_a_session_of_an_account_that_was_closed_is_dead(client, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)

    assert not is_signed_in(client)


def test_a_session_of_an_account_with_another_password_is_dead(client, ada):
    User.objects.filter(pk=ada.pk).update(password="another")

    assert not is_signed_in(client)


def test_a_session_of_an_account_that_is_gone_is_dead(client, ada):
    User.objects.filter(pk=ada.pk)._raw_delete("default")

    assert not is_signed_in(client)


def test_what_a_key_says_makes_nobody_somebody_else(client, ada, rename):
    other = make_user(display_name="Eve Example")
    rename(sessions.key_of(str(other.pk)))

    assert client.get(reverse("profile")).context["user"] == ada


def test_a_key_that_somebody_else_is_put_behind_is_no_session(client, ada):
    other = make_user(display_name="Eve Example")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.cookies[settings.SESSION_COOKIE_NAME] = key[:32] + sessions.key_of(str(other.pk))[32:]

    assert not is_signed_in(client)


def test_who_signs_in_in_the_same_browser_is_not_who_was_signed_in(client, ada):
    other = make_user(display_name="Eve Example")

    client.post(reverse("logout"))
    client.force_login(other)

    assert client.get(reverse("profile")).context["user"] == other


def test_what_is_in_a_session_is_no_part_of_its_person(client, ada):
    response = client.get(reverse("profile"))

    assert "session" not in vars(response.wsgi_request._cached_user)


@pytest.mark.once
@pytest.mark.parametrize(
    ("owner", "said"), [("1", 1), (str(36**8 - 1), 36**8 - 1), (str(36**8), None), (None, None)]
)
def test_a_key_says_whose_the_session_is_as_far_as_there_is_room(owner, said):
    key = sessions.key_of(owner)

    assert sessions.owner_in(key) == said
    assert sessions.KEY.fullmatch(key)


def test_a_session_of_somebody_who_was_there_before_gets_another_key_when_they_sign_in(client, db):
    before = client.session
    before["kept"] = "words"
    before.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before.session_key
    make_user(username="ada")

    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})

    assert client.session.session_key[:32] != before.session_key[:32]
    assert sessions.owner_in(client.session.session_key) == User.objects.get().pk
    assert client.session["kept"] == "words"
    assert not Session.objects.filter(pk=before.session_key).exists()


def test_a_key_that_is_taken_is_not_taken_again(db, monkeypatch):
    taken = sessions.SessionStore()
    taken["whose"] = "Ada"
    taken.save()
    keys = iter([taken.session_key, "b" * 32])
    monkeypatch.setattr(sessions, "key_of", lambda _owner: next(keys))

    other = sessions.SessionStore()
    other["whose"] = "Eve"
    other.save()

    assert other.session_key == "b" * 32
    assert sessions.SessionStore(taken.session_key)["whose"] == "Ada"
