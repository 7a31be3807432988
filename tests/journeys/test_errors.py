"""Pages for when something is wrong look like the site, and show a way back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive

pytestmark = pytest.mark.once


def test_a_page_that_does_not_exist_leads_back_to_the_catalogue(
    arrive: Arrive, device: Any
) -> None:
    visitor = arrive(**device)
    visitor.visit("/course/there-is-no-such-course/", status=404)

    visitor.follow("catalogue")

    assert visitor.path == "/"


def test_a_form_without_its_token_is_refused_in_words(arrive: Arrive, device: Any) -> None:
    visitor = arrive("student", **device)
    visitor.visit("/")
    visitor.page.context.clear_cookies(name="csrf")

    with visitor.page.expect_navigation() as navigation:
        visitor.page.evaluate(SEND_WITHOUT_TOKEN)
    visitor.look()

    assert navigation.value.status == 403
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


SEND_WITHOUT_TOKEN = """() => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/accounts/logout/';
  document.body.append(form);
  form.submit();
}"""


def test_a_request_that_makes_no_sense_is_answered_in_words(arrive: Arrive, site: Any) -> None:
    visitor = arrive()

    response = visitor.page.request.get(site.address, headers={"Host": "elsewhere.example.org"})

    assert response.status == 400
    assert "<h1" in response.text()
