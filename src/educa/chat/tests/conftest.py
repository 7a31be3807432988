"""What tests of rooms share."""

import pytest

from educa.chat.tests.asking import JSON, address
from educa.chat.tests.factories import make_member
from educa.courses.tests.conftest import stored
from educa.courses.tests.factories import make_course

__all__ = ["stored"]


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def member(client, course):
    """Somebody who studies the course, and is signed in."""
    member = make_member(course)
    client.force_login(member)
    return member


@pytest.fixture
def post(client, course, member):
    """Posts as a program does."""

    def send(name, *more, **data):
        return client.post(address(name, course, *more), data, headers=JSON)

    return send


@pytest.fixture
def get(client, course, member):
    """Asks as a program does; what the JSON says."""

    def ask(name, **data):
        return client.get(address(name, course), data, headers=JSON).json()

    return ask
