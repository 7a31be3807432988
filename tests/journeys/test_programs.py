"""Somebody lets a program act for them: a token is made, used and revoked; and the API is read and tried."""

import json
import urllib.request
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from tests.journeys.checks import problems_of
from tests.journeys.conftest import Arrive
from tests.journeys.people import PASSWORD, new_name, register

pytestmark = pytest.mark.once

OURS = "wider", "color-contrast", "target-size"  # what it is made of, Swagger UI alone decides
PAPER, NIGHT = "rgb(255, 255, 255)", "rgb(28, 32, 34)"
GROUND = "getComputedStyle(document.documentElement).backgroundColor"


def status_by(address: str, secret: str) -> int:
    """What a program with this token is answered."""
    request = urllib.request.Request(
        f"{address}/api/me/", headers={"Authorization": f"Bearer {secret}"}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            json.load(answer)
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize("scripts", [True, False])
def test_a_token_is_made_used_and_revoked(arrive: Arrive, *, scripts: bool) -> None:
    visitor = arrive(width=390, scripts=scripts)
    visitor.visit("/students/register/")
    register(visitor, new_name())
    visitor.visit("/accounts/profile/")
    visitor.follow("Access tokens")
    visitor.page.get_by_label("Name").fill("Backup")
    visitor.page.locator("input[name=password]").fill(PASSWORD)
    visitor.press("Make the token")
    secret = visitor.page.locator("output").inner_text()
    assert status_by(visitor.site.address, secret) == 200

    visitor.follow("I have copied it")
    visitor.follow("Revoke")
    visitor.press("Revoke it")

    assert status_by(visitor.site.address, secret) == 401


def test_the_api_is_read_and_tried_without_another_host(arrive: Arrive) -> None:
    visitor = arrive(width=1440)
    page = visitor.page
    page.goto(f"{visitor.site.address}/api/docs/")
    page.locator("#operations-courses-courses_list .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table")).to_contain_text("waves-and-sound")
    assert visitor.troubles == []


@pytest.mark.parametrize(
    ("system", "chosen", "ground"),
    [("light", "", PAPER), ("dark", "", NIGHT), ("light", "dark", NIGHT), ("dark", "light", PAPER)],
)
def test_the_description_of_the_api_has_the_theme_of_the_site(
    arrive: Arrive, system: str, chosen: str, ground: str
) -> None:
    visitor = arrive(width=390, theme=system)
    page, address = visitor.page, visitor.site.address
    page.context.add_cookies([{"name": "theme", "value": chosen, "url": address}])
    page.goto(f"{address}/api/docs/")
    page.locator("#operations-courses-courses_list .opblock-summary-control").click()
    expect(page.locator(".parameters-container")).to_be_visible()

    assert page.evaluate(GROUND) == ground
    assert [each for each in problems_of(page) if any(rule in each for rule in OURS)] == []
