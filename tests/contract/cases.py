"""Requests made up from the description of the API, and what every answer has to be."""

from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis import APIOperation, Case, CheckContext, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from educa.config.wsgi import application
from educa.courses.tests.factories import YOUTUBE
from tests.contract.description import described
from tests.contract.place import SECRET, Place

LIKELY: dict[str, list[Any]] = {
    "kind": ["text", "file", "image", "video"],
    "data": [{}, {"content": "# Light"}, {"url": YOUTUBE}],
}
IN_BYTES = "/api/uploads/"  # in a protocol of their own, which made-up requests don't get into
WITH_PASSWORD = "/api/tokens/"  # a token can't ask for tokens


def operations(*, reads_code: bool) -> list[APIOperation[Any, Any, Any, Any]]:
    """Everything that the description offers, to be asked of this process.

    `reads_code` also tries the constants that stand in the code, which takes half a minute to gather.
    """
    config = schemathesis.Config.from_dict({"analysis": {"constants": {"enabled": reads_code}}})
    schema = schemathesis.openapi.from_dict(described(), config=config)
    schema.app = application
    found = [result.ok() for result in schema.get_all_operations()]
    return [
        each for each in found if not each.path.startswith(IN_BYTES) and "/file/" not in each.path
    ]


@dataclass(frozen=True)
class Question:
    """A request, who asks, and whether it breaks the description, so that it has to be refused."""

    case: Case
    headers: dict[str, str]
    must_be_refused: bool


@strategies.composite
def questions(
    draw: Any, operation: APIOperation[Any, Any, Any, Any], role: str, place: Place
) -> Question:
    """A request that fits the description, or does not; its ids are mostly of things that are there.

    Made-up ids alone would be answered with 404, and nothing behind it be reached.
    """
    mode = draw(strategies.sampled_from(GenerationMode))
    case: Case = draw(operation.as_strategy(generation_mode=mode))
    is_as_made = mode is GenerationMode.NEGATIVE and draw(strategies.booleans())
    if not is_as_made:
        _point_at_what_is_there(draw, case, place)
    ways = place.headers[role]
    by = ways[-1] if case.path.startswith(WITH_PASSWORD) else draw(strategies.sampled_from(ways))
    return Question(case, by, must_be_refused=is_as_made)


def _point_at_what_is_there(draw: Any, case: Case, place: Place) -> None:
    if "id" in case.path_parameters:
        noun = case.path.split("/")[2]
        case.path_parameters["id"] = draw(_known(case.path_parameters["id"], noun, place))
    if isinstance(case.body, dict):
        case.body = {
            name: draw(_known(value, name, place)) for name, value in sorted(case.body.items())
        }


def _known(made_up: Any, word: str, place: Place) -> Any:
    likely = place.ids_of(word) or LIKELY.get(word, [])
    if not likely:
        return strategies.just(made_up)
    if isinstance(made_up, list):
        some = strategies.permutations(likely).map(lambda ids: ids[: len(made_up)])
        return some | strategies.permutations(place.siblings[word])
    return strategies.sampled_from([*likely, made_up])


def no_secret(context: CheckContext, response: Response, case: Case) -> None:
    """What is hidden from all but administrators is in no answer."""
    assert SECRET not in response.text


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def ask(question: Question) -> Response:
    """The answer, as a program on this machine gets it; a password may be sent there."""
    here = {"REMOTE_ADDR": "127.0.0.1"}
    plain = {**question.headers, "Accept-Encoding": "identity"}
    return question.case.call(headers=plain, environ_base=here)


def check(question: Question, response: Response, *, may_know_all: bool) -> None:
    """Raises an error that says what is wrong with the answer, and how to ask again."""
    more = [] if may_know_all else [no_secret]
    if question.must_be_refused:
        more.append(checks.negative_data_rejection)
    question.case.validate_response(response, checks=CHECKS, additional_checks=more)
