"""Two programs that change one thing at once: none overwrites what it has not seen."""

import json
from typing import Any

import pytest

from tests.racing import Start, answer, in_rounds

ROUNDS = 5

PREPARE = """
from django.core.management import call_command
from django.test import Client
from educa.accounts.tests.factories import make_instructor
from educa.api.tests.asking import make_secret
from educa.courses.tests.factories import make_content, make_course, make_module
call_command("flush", interactive=False, verbosity=0)  # the names of other tests are the same
owner = make_instructor()
rows = []
for _ in range(given["rounds"]):
    module = make_module(make_course(owner=owner, title="Old"), title="Old")
    content = make_content(module, title="Old", content="Old")
    rows.append({"courses": module.course_id, "modules": module.pk, "contents": content.pk})
secret = make_secret(owner)
client = Client(SERVER_NAME="localhost", headers={"Authorization": "Bearer " + secret})
for row in rows:
    # Before either begins, so that both have seen the same.
    row["tags"] = {noun: client.get(f"/api/{noun}/{key}/")["ETag"] for noun, key in row.items()}
answer = {"secret": secret, "rows": rows}
"""
ASK = """
from django.test import Client
made, request = json.loads(os.environ["MADE"]), json.loads(os.environ["REQUEST"])
client = Client(SERVER_NAME="localhost", headers={"Authorization": "Bearer " + made["secret"]})
for row in made["rows"]:
    noun = request["noun"]
    address = f"/api/{noun}/{row[noun]}/"
    headers = {"If-Match": row["tags"][noun]} if request["seen"] else {}
    body = json.dumps(request["body"]).replace('"MODULE"', str(row["modules"]))
    path = address + request["step"]
    sys.stdin.readline()  # both begin at once
    response = client.generic(request["method"], path, body, "application/json", headers=headers)
    print(response.status_code, flush=True)
answer = {}
"""
COUNT = """
from educa.courses.models import Content
made = json.loads(os.environ["MADE"])
found = [Content.everything.get(pk=row["contents"]) for row in made["rows"]]
answer = {
    "titles": [content.item.title for content in found],
    "words": [content.item.content for content in found],
    "versions": [content.item.versions.count() for content in found],
    "deleted": [content.trashed_at is not None for content in found],
}
"""


def request(
    noun: str, method: str, body: Any = None, step: str = "", *, seen: bool = True
) -> dict[str, Any]:
    """What one program asks for, having seen the state that there is, or without looking."""
    return {"noun": noun, "method": method, "body": body or {}, "step": step, "seen": seen}


def race(start: Start, *requests: dict[str, Any]) -> tuple[dict[str, Any], list[list[str]]]:
    """Send the requests at once, round after round, each about other rows; what there is then, and the answers."""
    made = json.dumps(answer(start(PREPARE, rounds=ROUNDS)))
    programs = [
        start(ASK, environment={"MADE": made, "REQUEST": json.dumps(each)}) for each in requests
    ]
    answers = in_rounds(programs, ROUNDS)
    return answer(start(COUNT, environment={"MADE": made})), answers


def patch(noun: str, **body: Any) -> dict[str, Any]:
    return request(noun, "PATCH", body)


@pytest.mark.once
@pytest.mark.parametrize(
    "requests",
    [
        (patch("contents", data={"content": "One"}), request("contents", "DELETE")),
        (patch("modules", title="One"), patch("modules", title="Two")),
        (
            patch("courses", title="One"),
            request("courses", "POST", {"modules": ["MODULE"]}, "reorder/"),
        ),
    ],
    ids=["content that is deleted", "module", "course that is put in order"],
)
def test_of_two_who_have_seen_one_state_one_changes_it(
    start: Start, requests: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _found, answers = race(start, *requests)

    won = [sum(each in {"200", "204"} for each in pair) for pair in answers]
    assert won == [1] * ROUNDS
    assert {each for pair in answers for each in pair} <= {"200", "204", "404", "412"}


@pytest.mark.once
def test_of_two_who_have_seen_one_text_the_words_of_one_are_kept(start: Start) -> None:
    words = ["One", "Two"]

    found, answers = race(start, *[patch("contents", data={"content": each}) for each in words])

    assert found["words"] == [words[pair.index("200")] for pair in answers]
    assert found["versions"] == [2] * ROUNDS


@pytest.mark.once
def test_two_who_change_different_fields_without_looking_both_do(start: Start) -> None:
    title = request("contents", "PATCH", {"title": "New"}, seen=False)
    words = request("contents", "PATCH", {"data": {"content": "New"}}, seen=False)

    found, answers = race(start, title, words)

    assert answers == [["200", "200"]] * ROUNDS
    assert found["titles"] == found["words"] == ["New"] * ROUNDS
