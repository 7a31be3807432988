"""What people do on the pages about their account."""

import uuid

from tests.journeys.conftest import Visitor

PASSWORD = "correct horse battery staple"


def new_name() -> str:
    """A user name that nobody has yet."""
    return f"reader-{uuid.uuid4().hex[:10]}"


def fill(visitor: Visitor, **fields: str) -> None:
    """Fill the fields of the page's form, by the names under which they are sent."""
    for name, value in fields.items():
        visitor.page.get_by_role("main").locator(f"[name={name}]").fill(value)


def register(visitor: Visitor, name: str) -> None:
    """Fill in and send the page for a new account."""
    fill(visitor, username=name, email=f"{name}@example.org", password1=PASSWORD)
    visitor.press("Create account")


def send_sign_in(visitor: Visitor, login: str, password: str) -> None:
    """Fill in and send the sign-in page."""
    fill(visitor, login=login, password=password)
    visitor.page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    visitor.page.wait_for_load_state()
    visitor.look()
