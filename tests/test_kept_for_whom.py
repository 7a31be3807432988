"""With the caches on, everybody opens everything in any order: nobody gets what belongs to somebody else."""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.middleware.csrf import _unmask_cipher_token
from django.test import Client

from educa.accounts.models import User
from educa.lib.remembering import families
from tests.addresses import Address, addresses, administration, in_any_order
from tests.test_access import Site, make_site

pytestmark = pytest.mark.django_db(transaction=True)

ROLES = ("visitor", "stranger", "enrolled", "owner", "other", "admin")
WHO = re.compile(r'<p class="menu-title"><strong>[^<]*</strong>([^<]+)</p>')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Visit:
    """One answer, and whose browser has asked."""

    role: str
    browser: Client
    path: str
    answer: Any
    text: str

    def faults(self, name: str) -> Iterator[str]:
        """What is wrong with it for somebody of that user name; visitors have none."""
        shown, headers = set(WHO.findall(self.text)), self.answer.headers
        if shown - {name}:
            yield f"shows the menu of {shown}"
        cookie = self.browser.cookies.get(settings.CSRF_COOKIE_NAME)
        secrets = {_unmask_cipher_token(token) for token in TOKEN.findall(self.text)}
        if secrets - {cookie.value if cookie else None}:
            yield "has the token of somebody else"
        is_kept = "no-store" not in headers.get("Cache-Control", "")
        if self.answer.cookies and "ETag" in headers:
            yield "sets a cookie and may be kept"
        is_file = headers["Content-Type"].partition("/")[0] in {"image", "video", "application"}
        if name and is_kept and not (is_file and "private" in headers["Cache-Control"]):
            yield f"may be kept: {headers.get('Cache-Control')}"
        if name and not {"Cookie", "Authorization"} <= {*headers.get("Vary", "").split(", ")}:
            yield f"varies by {headers.get('Vary')}"


def visit(site: Site, role: str, address: Address) -> Visit:
    """Open one page."""
    browser = site.browsers[role]
    answer = browser.get(address.path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Visit(role, browser, address.path, answer, body.decode(errors="replace"))


def test_nobody_gets_what_belongs_to_somebody_else() -> None:
    site = make_site()
    names = {
        role: User.objects.get(pk=browser.session["_auth_user_id"]).username
        for role, browser in site.browsers.items()
        if role != "visitor"
    }
    seed = int(os.environ.get("EDUCA_TEST_SEED") or random.randrange(2**32))
    visits = in_any_order(ROLES, addresses(site), [*administration()], random.Random(seed))

    faults = [
        f"{role} {opened.path}: {fault}"
        for role, address in visits
        for opened in [visit(site, role, address)]
        for fault in opened.faults(names.get(role, ""))
    ]

    assert not faults, seed
    assert sum(family.counts["hits"] for family in families()) > 10
