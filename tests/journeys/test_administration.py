"""The administration works under the site's strict rules for scripts and styles."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive

PAGES = (
    "/admin/",
    "/admin/courses/course/",
    "/admin/courses/course/add/",
    "/admin/courses/subject/add/",
    "/admin/courses/module/",
    "/admin/courses/content/",
    "/admin/accounts/user/",
)
pytestmark = pytest.mark.once


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_administration_breaks_no_rule_of_the_site(arrive: Arrive, path: str) -> None:
    visitor = arrive("admin")

    response = visitor.page.goto(visitor.site.address + path)

    assert response is not None
    assert response.status == 200
    assert visitor.troubles == []


def test_slug_of_a_subject_is_suggested_from_its_title(arrive: Arrive) -> None:
    visitor = arrive("admin")
    visitor.page.goto(visitor.site.address + "/admin/courses/subject/add/")

    visitor.page.locator("#id_title").press_sequentially("Deep Sea")

    expect(visitor.page.locator("#id_slug")).to_have_value("deep-sea")
