"""People come, go, forget their password and come again."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DEMO_PASSWORD, Arrive, Site
from tests.journeys.people import PASSWORD, fill, new_name, register, send_sign_in

COURSE = "/course/teach-with-educa/"
pytestmark = pytest.mark.once


def test_a_visitor_who_wants_a_course_registers_and_is_back_at_it_enrolled(
    arrive: Arrive, device: Any
) -> None:
    visitor = arrive(**device)
    visitor.visit(COURSE)

    visitor.follow("Enroll")
    register(visitor, new_name())
    assert visitor.path == COURSE
    expect(visitor.page.get_by_role("link", name="Continue")).to_be_visible()
    visitor.visit("/students/courses/")

    expect(visitor.page.get_by_role("main").get_by_text("Teach with Educa").first).to_be_visible()


def test_registering_and_enrolling_work_without_scripts(arrive: Arrive) -> None:
    visitor = arrive(scripts=False, width=390)
    visitor.visit(COURSE)

    visitor.follow("Enroll")
    register(visitor, new_name())

    assert visitor.path == COURSE
    expect(visitor.page.get_by_role("link", name="Continue")).to_be_visible()


def test_a_form_with_mistakes_keeps_what_was_typed(arrive: Arrive, device: Any) -> None:
    visitor = arrive(**device)
    visitor.visit("/students/register/")

    fill(visitor, username="student", email="x@example.org", password1=PASSWORD)
    visitor.press("Create account")

    field = visitor.page.locator("[name=username]")
    expect(field).to_have_value("student")
    expect(field).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("login", ["student", "STUDENT"])
def test_somebody_signs_in_by_name_whatever_its_case(arrive: Arrive, login: str) -> None:
    visitor = arrive()
    visitor.visit("/accounts/login/")

    send_sign_in(visitor, login, DEMO_PASSWORD)

    assert visitor.path == "/students/courses/"


def test_somebody_signs_in_by_e_mail_address(arrive: Arrive) -> None:
    name = new_name()
    newcomer = arrive()
    newcomer.visit("/students/register/")
    register(newcomer, name)
    visitor = arrive()
    visitor.visit("/accounts/login/")

    send_sign_in(visitor, f"{name}@example.org", PASSWORD)

    assert visitor.path == "/students/courses/"


def test_a_wrong_password_is_refused_without_a_hint(arrive: Arrive) -> None:
    answers = []
    for login in (new_name(), "instructor"):
        visitor = arrive()
        visitor.visit("/accounts/login/")
        send_sign_in(visitor, login, "not the password")
        assert visitor.path == "/accounts/login/"
        answers.append(visitor.page.get_by_role("main").inner_text())

    assert answers[0] == answers[1]


def test_sign_in_leads_back_to_where_somebody_was_going(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/accounts/profile/")
    assert visitor.path.startswith("/accounts/login/?next=")

    send_sign_in(visitor, "student", DEMO_PASSWORD)

    assert visitor.path == "/accounts/profile/"


def test_signing_out_ends_it(arrive: Arrive, device: Any) -> None:
    name = new_name()
    visitor = arrive(**device)
    visitor.visit("/students/register/")
    register(visitor, name)

    visitor.page.get_by_role("button", name="Account").click()
    visitor.press("Sign out")
    visitor.visit("/students/courses/")

    assert visitor.path.startswith("/accounts/login/")


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(
    arrive: Arrive, site: Site, device: Any
) -> None:
    name = new_name()
    newcomer = arrive()
    newcomer.visit("/students/register/")
    register(newcomer, name)
    visitor = arrive(**device)
    visitor.visit("/accounts/login/")

    visitor.follow("Forgot your password?")
    fill(visitor, email=f"{name}@example.org")
    visitor.press("Send the link")
    mail = site.mailbox.mail_to(name, "Choose a new password")
    (link,) = re.findall(r"https?://\S+/password/reset/\S+", mail)
    visitor.visit(link.removeprefix(site.address))
    fill(visitor, password1="another four words entirely")
    visitor.press("Save and sign in")

    visitor.visit("/accounts/profile/")
    expect(visitor.page.get_by_role("main")).to_contain_text(name)


def test_the_answer_does_not_tell_whether_an_address_is_known(arrive: Arrive) -> None:
    answers = []
    for address in ("nobody-has-this@example.org", "student@example.org"):
        visitor = arrive()
        visitor.visit("/accounts/password/reset/")
        fill(visitor, email=address)
        visitor.press("Send the link")
        answers.append(visitor.page.get_by_role("main").inner_text())

    assert answers[0] == answers[1]


def test_language_and_time_zone_of_the_profile_hold(arrive: Arrive, device: Any) -> None:
    visitor = arrive(**device)
    visitor.visit("/students/register/")
    register(visitor, new_name())
    visitor.visit("/accounts/profile/")

    visitor.page.locator("main [name=time_zone]").select_option("Asia/Tokyo")
    visitor.page.locator("main [name=language]").select_option("ar-xb")
    visitor.page.locator("main form").first.get_by_role("button").last.click()
    visitor.page.wait_for_load_state()
    visitor.visit("/accounts/profile/")

    expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(visitor.page.locator("main [name=time_zone]")).to_have_value("Asia/Tokyo")


@pytest.mark.parametrize(
    "path",
    ["/accounts/profile/", "/accounts/password/change/", "/accounts/email/", "/students/courses/"],
)
def test_pages_of_an_account_are_in_order(arrive: Arrive, device: Any, path: str) -> None:
    visitor = arrive("student", **device)

    visitor.visit(path)

    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_password_can_be_looked_at_and_hidden_again(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/accounts/login/")
    fill(visitor, password="opensesame")
    field = visitor.page.locator("main input[name=password]")

    visitor.page.get_by_role("button", name="Show Password").click()
    expect(field).to_have_attribute("type", "text")
    visitor.look()
    visitor.page.get_by_role("button", name="Hide Password").click()

    expect(field).to_have_attribute("type", "password")
