"""The pages about one's own account open, for whom they are meant."""

import pytest
from django.urls import reverse

from educa.accounts.tests.factories import make_user


@pytest.mark.parametrize(
    "name", ["login", "student_registration", "password_reset", "password_reset_done"]
)
def test_pages_for_visitors_open(client, db, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["profile", "email_change", "password_change"])
def test_pages_about_oneself_open_after_signing_in_only(client, db, name):
    visitor = client.get(reverse(name))
    client.force_login(make_user())

    assert visitor.url == f"{reverse('login')}?next={reverse(name)}"
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["login", "student_registration"])
def test_somebody_signed_in_is_led_to_their_courses_instead(client, db, name):
    client.force_login(make_user())

    assert client.get(reverse(name)).url == reverse("student_course_list")


@pytest.mark.parametrize("path", ["/accounts/inactive/", "/accounts/reauthenticate/", "/accounts/"])
def test_pages_of_allauth_that_the_site_does_not_use_do_not_exist(client, db, path):
    assert client.get(path).status_code == 404
