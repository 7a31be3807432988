"""What the tests of the API's contract share: a site that each of them finds as it was."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.contract.place import Place, make_place


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: pytest.FixtureDef[None]) -> Iterator[Place]:
    """The site that all tests of a module ask; what each changes is undone by its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_place()
        transaction.set_rollback(True)


@pytest.fixture
def no_limits(settings):
    """Somebody asks more in a minute than anybody may."""
    settings.EDUCA_API_PER_MINUTE = settings.EDUCA_API_VISITORS_PER_MINUTE = 10**6
