"""What a session cookie may be."""

import pytest
from django.conf import settings
from pytest_django.asserts import assertContains

from educa.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"a\\000aaaaaaaaaaaaaaaa"', "x", "A" * 32, "a" * 33, "é" * 32])
def test_cookie_that_is_no_key_is_no_session(client, key, django_assert_num_queries):
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    client.cookies[settings.SESSION_COOKIE_NAME].set("x", key.strip('"'), key)

    with django_assert_num_queries(0):
        response = client.get("/accounts/login/")

    assert response.status_code == 200


def test_key_that_was_made_is_one(client):
    client.force_login(make_user(display_name="Ada Example"))

    assertContains(client.get("/students/courses/"), "Ada Example")
