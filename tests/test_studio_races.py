"""Two windows that do what can't both be done: one succeeds, and the other is told."""

import json
from typing import Any

import pytest

from tests.racing import Start, answer, in_rounds

ROUNDS = 8
DONE, GONE = "302", "404"

PREPARE = """
from django.core.management import call_command
from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content, trash_course, trash_module
from educa.courses.tests.factories import make_content, make_course, make_module
call_command("flush", interactive=False, verbosity=0)  # the names of other tests are the same
owner = make_instructor()
others = [make_instructor(username=name) for name in ("first", "second")]
courses, modules, contents, texts = [], [], [], []
for _ in range(given["rounds"]):
    module = make_module(make_course(owner=owner))
    content = make_content(module)
    courses.append(module.course_id)
    modules.append(module.pk)
    contents.append(content.pk)
    texts.append(content.object_id)
    if given["trash"] == 1:
        trash_content(content=content, by=owner)
    elif given["trash"] == 2:
        trash_module(module=module, by=owner)
    elif given["trash"] == 3:
        trash_course(course=module.course, by=owner)
answer = {
    "owner": owner.pk,
    "others": [other.pk for other in others],
    "courses": courses,
    "modules": modules,
    "contents": contents,
    "texts": texts,
}
"""
POST = """
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from educa.accounts.models import User
# Pages of refusals are rendered, and nobody has collected the static files.
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}).enable()
made = json.loads(os.environ["MADE"])
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(pk=made["owner"]))
values = json.loads(os.environ["VALUES"])
for number in range(given["rounds"]):
    keys = [value if kind == "text" else made[kind][number] for kind, value in json.loads(os.environ["KEYS"])]
    address = reverse(os.environ["PAGE"], args=keys)
    sys.stdin.readline()  # both begin at once
    response = client.post(address, values)
    print(response.status_code, response.headers.get("Location", ""), flush=True)
answer = {}
"""
COUNT = """
from educa.courses.models import Content, Course, Module, Text
made = json.loads(os.environ["MADE"])
answer = {
    "courses": [Course.objects.present().filter(pk=pk).exists() for pk in made["courses"]],
    "modules": [Module.objects.filter(pk=pk).exists() for pk in made["modules"]],
    "contents": [Content.objects.filter(pk=pk).exists() for pk in made["contents"]],
    "owners": [list(Course.objects.filter(pk=pk).values_list("owner", flat=True)) for pk in made["courses"]],
    "owners_of_texts": [list(Text.objects.filter(pk=pk).values_list("owner", flat=True)) for pk in made["texts"]],
}
"""

Step = tuple[str, list[tuple[str, str]], dict[str, Any]]
CONTENT, MODULE, COURSE = [("contents", "")], [("modules", "")], [("courses", "")]
TEXT = [("modules", ""), ("text", "text"), ("texts", "")]
SAVE: Step = ("module_content_update", TEXT, {"title": "New", "content": "New", "take_back": "1"})


def race(start: Start, *steps: Step, trash: int = 0) -> tuple[dict[str, Any], list[list[str]]]:
    """Take the steps at once, round after round, each with another course; what there is then, and the answers."""
    made = answer(start(PREPARE, rounds=ROUNDS, trash=trash))
    windows = [
        start(
            POST,
            rounds=ROUNDS,
            environment={
                "MADE": json.dumps(made),
                "PAGE": page,
                "KEYS": json.dumps(keys),
                "VALUES": json.dumps(values),
            },
        )
        for page, keys, values in steps
    ]
    answers = in_rounds(windows, ROUNDS)
    return made | answer(start(COUNT, environment={"MADE": json.dumps(made)})), answers


def statuses(answers: list[list[str]]) -> list[list[str]]:
    """The status of each answer."""
    return [[each.partition(" ")[0] for each in pair] for pair in answers]


@pytest.mark.once
@pytest.mark.parametrize(
    ("trash", "purge", "back", "what"),
    [
        (1, ("content_purge", CONTENT, {}), ("content_restore", CONTENT, {}), "contents"),
        (1, ("content_purge", CONTENT, {}), SAVE, "contents"),
        (2, ("module_purge", MODULE, {}), ("module_restore", MODULE, {}), "modules"),
    ],
    ids=["content", "content that is saved", "module"],
)
def test_what_is_deleted_for_good_and_taken_back_at_once_is_either_there_or_not(
    start: Start, trash: int, purge: Step, back: Step, what: str
) -> None:
    found, answers = race(start, purge, back, trash=trash)

    expected = [[GONE, DONE] if is_there else [DONE, GONE] for is_there in found[what]]
    assert statuses(answers) == expected


@pytest.mark.once
def test_a_course_deleted_for_good_and_taken_back_at_once_is_either_there_or_not(
    start: Start,
) -> None:
    found, answers = race(
        start, ("course_purge", COURSE, {}), ("course_restore", COURSE, {}), trash=3
    )

    assert [status[0] == GONE for status in statuses(answers)] == found["courses"]
    assert {each for pair in statuses(answers) for each in pair} <= {DONE, GONE}


@pytest.mark.once
def test_of_two_who_hand_over_one_course_at_once_one_succeeds(start: Start) -> None:
    steps = [
        ("course_hand_over", COURSE, {"person": name, "stay": "on"}) for name in ("first", "second")
    ]

    found, answers = race(start, *steps)

    won = [[each.endswith("/outline/") for each in pair] for pair in answers]
    assert {tuple(sorted(pair)) for pair in won} == {(False, True)}
    assert found["owners"] == [[found["others"][pair.index(True)]] for pair in won]
    assert found["owners_of_texts"] == found["owners"]


@pytest.mark.once
def test_what_is_saved_while_its_course_is_handed_over_belongs_to_the_new_owner(
    start: Start,
) -> None:
    hand_over: Step = ("course_hand_over", COURSE, {"person": "first", "stay": "on"})

    found, answers = race(start, hand_over, SAVE)

    assert statuses(answers) == [[DONE, DONE]] * ROUNDS
    assert found["owners"] == found["owners_of_texts"] == [[found["others"][0]]] * ROUNDS
