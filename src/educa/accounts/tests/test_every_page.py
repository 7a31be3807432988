"""Every page about accounts: who may open it, and that looking at it changes nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from educa.accounts.tests.factories import make_user
from educa.accounts.urls import urlpatterns

LOGIN, COURSES, PROFILE = "/accounts/login/", "/students/courses/", "/accounts/profile/"

# URL name -> what the path needs, and for a visitor and for somebody signed in the status or the target.
PAGES = {
    "login": ({}, 200, COURSES),
    "student_registration": ({}, 200, COURSES),
    "logout": ({}, 405, 405),
    "password_reset": ({}, 200, 200),
    "password_reset_done": ({}, 200, 200),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "x-y"}, 200, 200),
    "account_confirm_email": ({"key": "x"}, 200, 200),
    "password_change": ({}, LOGIN, 200),
    "email_change": ({}, LOGIN, 200),
    "email_confirm_again": ({}, 405, 405),
    "profile": ({}, LOGIN, 200),
    "my_data": ({}, LOGIN, 200),
    "my_data_package": ({"pk": 1}, LOGIN, 404),
    "password_confirm": ({}, LOGIN, 200),
    "account_delete": ({}, LOGIN, 200),
    "account_deleted": ({}, 200, 200),
    "set_language": ({}, 200, 200),
}
FORMS = sorted(set(PAGES) - {"password_reset_done", "account_deleted", "my_data_package"})


def path_of(name):
    return reverse(name, kwargs=PAGES[name][0])


def test_every_page_has_a_row_and_one_path():
    own = {pattern.name for pattern in urlpatterns}
    aliases = {name for name in own if name.startswith("account_")} - set(PAGES)

    assert own - aliases == set(PAGES)
    assert {reverse(name) for name in aliases} <= {path_of(name) for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_visitors_open_what_is_for_them(client, db, name):
    response = client.get(path_of(name))

    assert PAGES[name][1] in {response.status_code, response.get("Location", "").partition("?")[0]}


@pytest.mark.parametrize("name", PAGES)
def test_somebody_signed_in_opens_what_is_for_them(client, db, name):
    client.force_login(make_user())

    response = client.get(path_of(name))

    assert PAGES[name][2] in {response.status_code, response.get("Location", "").partition("?")[0]}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_looking_at_a_page_changes_nothing(client, db, name):
    client.force_login(make_user())

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path_of(name))
        client.head(path_of(name))

    words = {query["sql"].split()[0] for query in queries}
    assert words.isdisjoint({"INSERT", "UPDATE", "DELETE"})


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_only_looked_at_or_posted_to(client, db, name, method):
    assert client.generic(method, path_of(name)).status_code == 405


@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_its_token_is_refused(db, name):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user())

    assert browser.post(path_of(name)).status_code == 403


@pytest.mark.parametrize("path", ["/accounts/inactive/", "/accounts/reauthenticate/", "/accounts/"])
def test_pages_of_allauth_that_the_site_does_not_use_do_not_exist(client, db, path):
    assert client.get(path).status_code == 404


def test_the_way_to_sign_in_remembers_where_somebody_was_going(client, db):
    assert client.get(PROFILE).url == f"{LOGIN}?next={PROFILE}"
