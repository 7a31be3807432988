"""Whatever is asked, the API answers as its description says: no fault, and nothing that is not told."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.contract.cases import Question, ask, check, operations, questions
from tests.contract.place import ROLES
from tests.undoing import undone

# Its own transaction is within that of the site. What a description promises hangs on no database.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

FEW = 4  # requests of each role to each operation, in the tests of every day
WANTED = int(os.environ.get("EDUCA_TEST_CASES", "0"))
OPERATIONS = operations(reads_code=bool(WANTED))
EACH = -(-WANTED // (len(OPERATIONS) * len(ROLES))) if WANTED else FEW
answers: Counter[tuple[str, str, int]] = Counter()  # by operation, role and class of the status


@pytest.fixture(scope="module", autouse=True)
def count(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tell how many there were, where somebody wanted many."""
    yield
    if WANTED:
        with request.config.pluginmanager.get_plugin(
            "capturemanager"
        ).global_and_fixture_disabled():
            print(report())


def report() -> str:
    """How many requests there were, and how many of each operation did what they were for."""
    lines = [f"\n{answers.total():,} requests"]
    for operation in OPERATIONS:
        mine = {key: number for key, number in answers.items() if key[0] == operation.label}
        done = {role: mine.get((operation.label, role, 2), 0) for role in ROLES}
        lines.append(f"{sum(mine.values()):6,} {operation.label}, done: {done}")
    return "\n".join(lines)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_as_the_description_says(place, operation, role, no_limits):
    @settings(
        max_examples=EACH,
        derandomize=not WANTED,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(question=questions(operation, role, place))
    def try_one(question: Question) -> None:
        with undone():
            response = ask(question)
        answers[operation.label, role, response.status_code // 100] += 1
        check(question, response, may_know_all=role == "administrator")

    try_one()
