"""The profile: how others see somebody, and in which time and language the site speaks to them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.forms import ProfileForm
from educa.accounts.tests.factories import make_user

PROFILE = "/accounts/profile/"
TWO_LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def save(client, **fields):
    return client.post(PROFILE, {"display_name": "", "time_zone": "", "language": ""} | fields)


def test_profile_is_saved(client, db, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    user = make_user()
    client.force_login(user)

    save(client, display_name="Ada  Lovelace ", time_zone="Europe/London", language="de")

    user.refresh_from_db()
    assert (user.display_name, user.time_zone, user.language) == (
        "Ada Lovelace",
        "Europe/London",
        "de",
    )


def test_nothing_but_the_profile_can_be_saved(client, db):
    user = make_user(username="ada", email="ada@example.com")
    client.force_login(user)

    save(
        client,
        username="root",
        email="x@example.com",
        is_staff="on",
        is_superuser="on",
        groups="1",
        id="99",
    )

    user.refresh_from_db()
    assert (user.username, user.email, user.is_staff, user.is_superuser) == (
        "ada", "ada@example.com", False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"display_name": "a\u202eb"},
        {"display_name": "a\u2066b"},
        {"display_name": "Z" + "\u0301" * 20},
        {"display_name": "nul\0"},
        {"display_name": "x" * 151},
        {"time_zone": "Mars/Olympus"},
        {"language": "xx"},
    ],
)
def test_a_wrong_field_is_told_with_what_was_typed(client, db, settings, fields):
    settings.LANGUAGES = TWO_LANGUAGES
    user = make_user(display_name="Ada")
    client.force_login(user)

    response = save(client, **fields)

    user.refresh_from_db()
    assert list(response.context["form"].errors) == list(fields)
    assert user.display_name == "Ada"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Zoe\u0308", "Zo\u00eb"),
        ("O'Brien", "O'Brien"),
        ("null", "null"),
        ("X", "X"),
        ("👩\u200d🚀 Sally", "👩\u200d🚀 Sally"),
        ("مریم", "مریم"),
        ("a\u200bb", "ab"),
        ("\u200b \u200d", ""),
    ],
)
def test_names_of_all_kinds_are_kept_as_they_are_read(client, db, typed, stored):
    user = make_user()
    client.force_login(user)

    save(client, display_name=typed)

    user.refresh_from_db()
    assert user.display_name == stored


def test_a_wrong_form_does_not_change_the_name_in_the_header(client, db):
    client.force_login(make_user(display_name="Ada"))

    response = save(client, display_name="Zelda", time_zone="Mars/Olympus")

    assertContains(response, "<strong>Ada</strong>")


def test_the_language_is_offered_only_where_there_is_a_choice(db, settings):
    settings.LANGUAGES = TWO_LANGUAGES[:1]
    assert "language" not in ProfileForm().fields

    settings.LANGUAGES = TWO_LANGUAGES
    assert [code for code, _ in ProfileForm().fields["language"].choices] == ["", "en", "de"]


def test_time_zones_are_grouped_by_continent(db):
    groups = dict(ProfileForm().fields["time_zone"].choices)

    assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in groups["America"]


def test_pages_are_in_the_persons_language_whatever_the_browser_asks(client, db, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    client.force_login(make_user(language="de"))

    response = client.get(PROFILE, headers={"accept-language": "en"})

    assertContains(response, '<html lang="de"')
    assert response.headers["Content-Language"] == "de"


def test_pages_are_in_the_persons_time(client, db):
    client.force_login(make_user(time_zone="Asia/Tokyo"))
    response = client.get(PROFILE)
    assert response.status_code == 200
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"

    client.logout()
    client.get(reverse("login"))
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_time_zone_that_is_gone_does_no_harm(client, db):
    user = make_user(time_zone="Mars/Olympus", language="xx")
    client.force_login(user)

    assert client.get(PROFILE).status_code == 200


def test_choosing_a_language_keeps_it_in_the_profile(client, db, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    user = make_user(language="en")
    client.force_login(user)

    response = client.post(reverse("set_language"), {"language": "de", "next": PROFILE})

    user.refresh_from_db()
    assert (response.url, user.language) == (PROFILE, "de")


def test_a_visitors_language_is_kept_in_a_cookie(client, db, settings):
    settings.LANGUAGES = TWO_LANGUAGES

    client.post(reverse("set_language"), {"language": "de", "next": "/accounts/login/"})

    assertContains(client.get("/accounts/login/"), '<html lang="de"')


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_choosing_a_language_never_leads_off_the_site(client, db, target):
    response = client.post(reverse("set_language"), {"language": "en", "next": target})

    assert "evil" not in response.headers.get("Location", "")


def test_a_language_that_is_not_offered_is_not_kept(client, db, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    user = make_user()
    client.force_login(user)

    client.post(reverse("set_language"), {"language": "fr"})

    user.refresh_from_db()
    assert user.language == ""


def test_a_visitors_choice_leads_to_a_form_with_a_token(db, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    strict = Client(enforce_csrf_checks=True)
    assertNotContains(strict.get("/"), "csrfmiddlewaretoken")

    page = strict.get(reverse("set_language"), {"language": "de", "next": "/accounts/login/"})

    assertContains(page, '<option value="de" selected')
    token = page.context["csrf_token"]
    wish = {"language": "de", "next": "/accounts/login/", "csrfmiddlewaretoken": str(token)}
    response = strict.post(reverse("set_language"), wish)
    assert (response.url, response.cookies["language"].value) == ("/accounts/login/", "de")


def test_a_visitor_changes_no_language_without_a_token(db, settings):
    settings.LANGUAGES = TWO_LANGUAGES

    response = Client(enforce_csrf_checks=True).post(reverse("set_language"), {"language": "de"})

    assert response.status_code == 403
    assert "language" not in response.cookies


def test_a_language_that_is_not_offered_is_not_chosen_beforehand(client, db, settings):
    settings.LANGUAGES = TWO_LANGUAGES

    page = client.get(reverse("set_language"), {"language": "<fr>", "next": "//evil.example"})

    assertContains(page, '<option value="en" selected')
    assertNotContains(page, "<fr>")


def test_who_is_signed_in_needs_the_token(db, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    strict, person = Client(enforce_csrf_checks=True), make_user()
    strict.force_login(person)

    response = strict.post(reverse("set_language"), {"language": "de"})

    person.refresh_from_db()
    assert response.status_code == 403
    assert person.language != "de"
