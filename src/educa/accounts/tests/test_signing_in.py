"""Signing in and out."""

import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import PASSWORD, make_user

LOGIN = "/accounts/login/"


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password} | more)


@pytest.mark.parametrize("login", ["ada", "ADA", " ada ", "ada@example.com", "Ada@Example.COM"])
def test_name_or_address_signs_in(client, db, login):
    user = make_user(username="ada", email="ada@example.com")

    response = sign_in(client, login)

    assert response.url == reverse("student_course_list")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_it_is_noted_when_somebody_was_last_there(client, db):
    other, user = make_user(), make_user(username="ada")
    before = timezone.now()

    sign_in(client, "ada")

    user.refresh_from_db()
    other.refresh_from_db()
    assert before <= user.last_login <= timezone.now()
    assert other.last_login is None


def test_signing_in_reads_the_account_and_writes_two_rows(client, db):
    make_user(username="ada")

    with CaptureQueriesContext(connection) as statements:
        sign_in(client, "ada")

    words = [each["sql"].split()[0] for each in statements]
    assert words == ["SELECT", "UPDATE", "INSERT"]


def test_the_empty_form_is_that_of_the_reader_s_language(client, db, settings):
    settings.LANGUAGES = [("en", "English"), ("en-xa", "Accented English")]
    english = client.get(LOGIN, headers={"accept-language": "en"})

    other = client.get(LOGIN, headers={"accept-language": "en-xa"})

    assertContains(english, "User name or email address")
    assertNotContains(other, "User name or email address")


def test_the_empty_form_comes_below_what_there_is_to_say(client, db):
    client.force_login(make_user())
    client.post("/accounts/logout/")

    page = client.get(LOGIN)

    assertContains(page, "You are signed out.")
    assertContains(page, 'name="password"')
    assertNotContains(client.get(LOGIN), "You are signed out.")


def test_the_empty_form_has_the_theme_that_was_chosen(client, db):
    client.cookies["theme"] = "dark"

    assertContains(client.get(LOGIN), 'data-theme="dark"')


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ada", "wrong"),
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("closed", PASSWORD),
    ],
)
def test_every_refusal_reads_the_same(client, db, login, password):
    make_user(username="ada")
    make_user(username="closed", is_active=False)

    response = sign_in(client, login, password)

    assert response.status_code == 200
    assert response.context["form"].errors == {
        "__all__": ["There is no account with this name or address and this password."]
    }
    assert "_auth_user_id" not in client.session


def test_a_refused_form_keeps_the_name_and_forgets_the_password(client, db):
    response = sign_in(client, "somebody", "a wrong secret")

    assertContains(response, 'value="somebody"')
    assertNotContains(response, "a wrong secret")


@pytest.mark.parametrize(
    "login", ["ada", "ada@example.com", "nobody", "no@example.com", "closed", "twice@example.com"]
)
def test_every_attempt_costs_one_hash(client, db, login, monkeypatch):
    make_user(username="ada", email="ada@example.com")
    make_user(username="closed", is_active=False)
    make_user(email="twice@example.com")
    make_user(email="twice@example.com")
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(args[1]) or encode(*args)
    )

    sign_in(client, login, "wrong")

    assert hashed == ["wrong"]


@pytest.mark.parametrize("login", ["ada", "nobody"])
def test_a_password_that_is_too_long_is_not_hashed(client, db, login, monkeypatch):
    make_user(username="ada")
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *_: pytest.fail("it was hashed"))

    assert "password" in sign_in(client, login, "x" * 4097).context["form"].errors
    assert authenticate(None, username=login, password="x" * 4097) is None


@pytest.mark.parametrize("login", ["ada", "nobody", "ada@example.com", "no@example.com"])
def test_every_attempt_costs_one_query_whoever_is_there(
    client, db, login, django_assert_num_queries
):
    make_user(username="ada", email="ada@example.com")

    with django_assert_num_queries(1):
        sign_in(client, login, "wrong")


def test_an_address_that_two_claim_signs_in_the_older_account(client, db):
    older, younger = make_user(email="a@example.com"), make_user(email="a@example.com")
    younger.set_password("another good password")
    younger.save()

    sign_in(client, "a@example.com", "another good password")
    assert "_auth_user_id" not in client.session

    sign_in(client, "a@example.com")
    assert client.session["_auth_user_id"] == str(older.pk)


def test_whoever_confirmed_an_address_signs_in_with_it(client, db):
    make_user(email="a@example.com", password="the password of another person")
    owner = make_user(email="a@example.com")
    owner.emailaddress_set.create(email="a@example.com", verified=True, primary=True)

    sign_in(client, "a@example.com")

    assert client.session["_auth_user_id"] == str(owner.pk)


@pytest.mark.parametrize("field", ["login", "password"])
def test_an_empty_field_is_told(client, db, field):
    response = client.post(LOGIN, {"login": "ada", "password": PASSWORD} | {field: ""})

    assert response.context["form"].errors[field] == ["This field is required."]


def test_a_name_with_a_nul_is_refused(client, db):
    assert "login" in sign_in(client, "ada\0").context["form"].errors


def test_the_session_gets_a_new_key(client, db):
    client.cookies["session"] = "planted0000000000000000000000000"
    client.get(LOGIN)
    make_user(username="ada")

    sign_in(client, "ada")

    assert client.cookies["session"].value not in {"", "planted0000000000000000000000000"}


@pytest.mark.parametrize(("more", "lasts"), [({}, True), ({"remember": "on"}, False)])
def test_the_session_ends_with_the_browser_unless_asked_to_stay(client, db, more, lasts):
    make_user(username="ada")

    sign_in(client, "ada", **more)

    assert client.session.get_expire_at_browser_close() is lasts


OFF_SITE = [
    "//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "http://localhost/",
    "/" + "x" * 10_000,
    "\x08//evil.example",
]


@pytest.mark.parametrize("target", OFF_SITE)
def test_signing_in_never_leads_off_the_site(client, db, target):
    make_user(username="ada")

    page = client.get(LOGIN, {"next": target})
    response = sign_in(client, "ada", next=target)

    assert response.url == reverse("student_course_list")
    assertNotContains(page, 'name="next"')


def test_a_line_break_in_the_target_makes_no_header(client, db):
    make_user(username="ada")

    response = sign_in(client, "ada", next="/\r\nX-Evil: yes")

    assert "X-Evil" not in response.headers
    assert "\n" not in response.url


@pytest.mark.parametrize("name", ["login", "student_registration"])
def test_pages_lead_back_to_where_the_person_was_going(client, db, name):
    page = client.get(reverse(name), {"next": "/course/algebra/"})

    assertContains(page, '<input type="hidden" name="next" value="/course/algebra/">', html=True)
    other = "login" if name != "login" else "student_registration"
    assertContains(page, f'href="{reverse(other)}?next=%2Fcourse%2Falgebra%2F"')


def test_the_way_to_registering_keeps_what_the_address_says_and_no_foreign_target(client, db):
    page = client.get(LOGIN, {"next": "//evil.example", "course": "5&x"})

    assertContains(page, f'href="{reverse("student_registration")}?course=5%26x"')


def test_nothing_of_one_visitor_s_form_is_in_that_of_another(client, db):
    one = client.get(LOGIN, {"next": "/course/algebra/"})

    other = Client().get(LOGIN)

    assertNotContains(other, "algebra")
    assertNotContains(other, one.cookies["csrf"].value)
    assert token_in(one) != token_in(other)


def test_signing_in_leads_to_where_the_person_was_going(client, db):
    make_user(username="ada")

    assert sign_in(client, "ada", next="/course/algebra/").url == "/course/algebra/"


def test_signing_out_takes_a_post(client, db):
    client.force_login(make_user())

    assert client.get("/accounts/logout/").status_code == 405
    assert "_auth_user_id" in client.session


def test_signing_out_ends_the_session_and_empties_the_browsers_cache(client, db):
    client.force_login(make_user())
    key = client.session.session_key

    response = client.post("/accounts/logout/")

    assert response.url == reverse("course_list")
    assert "cache" in response.headers["Clear-Site-Data"]
    assert not client.session.exists(key)


@pytest.mark.parametrize("target", OFF_SITE)
def test_signing_out_never_leads_off_the_site(client, db, target):
    client.force_login(make_user())

    assert client.post("/accounts/logout/", {"next": target}).url == reverse("course_list")


def test_closing_an_account_ends_its_sessions(client, db):
    user = make_user()
    client.force_login(user)
    user.is_active = False
    user.save()

    assert client.get(reverse("profile")).status_code == 302


@pytest.mark.parametrize("path", [LOGIN, "/students/register/", "/accounts/logout/", "/language/"])
def test_a_form_of_another_site_is_refused(db, path):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())

    assert strict.post(path, {"login": "ada", "password": PASSWORD}).status_code == 403
