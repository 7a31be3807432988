"""Several processes that change one outline at once: no two rows share a place, and none has to fail."""

import pytest

from tests.racing import Start, answer, together

PROCESSES = 4
MODULES = CONTENTS = 12  # by each process
BULKS, TOGETHER = 3, 4
STEPS = 40  # that each process takes in the same outline

PREPARE = """
from educa.accounts.models import User
from educa.courses.models import Course, Module, Subject
owner = User.objects.create_user("instructor")
subject = Subject.objects.create(title="Physics", slug="physics")
course = Course.objects.create(owner=owner, subject=subject, title="Waves")
module = Module.objects.create(course=course, title="First")
answer = {"course": course.pk, "module": module.pk, "owner": owner.pk}
"""
ADD = """
from educa.courses.models import Content, Module, Text
sys.stdin.readline()  # everybody begins at once
for number in range(given["modules"]):
    Module.objects.create(course_id=given["course"], title=str(number))
for number in range(given["contents"]):
    text = Text.objects.create(owner_id=given["owner"], title=str(number))
    Content.objects.create(module_id=given["module"], item=text)
for number in range(given["bulks"]):
    rows = [Module(course_id=given["course"], title="x") for _ in range(given["together"])]
    Module.objects.bulk_create(rows)
answer = {"done": True}
"""
COUNT = """
from educa.courses.models import Content, Module
answer = {
    "modules": list(Module.objects.filter(course=given["course"]).values_list("order", flat=True)),
    "contents": list(Content.objects.filter(module=given["module"]).values_list("order", flat=True)),
}
"""
BUILD = """
from educa.accounts.models import User
from educa.courses.models import Content, Course, Module, Subject, Text
owner = User.objects.create_user("arranger")
subject = Subject.objects.create(title="Music", slug="music")
course = Course.objects.create(owner=owner, subject=subject, title="Waves")
for _ in range(given["modules"]):
    module = Module.objects.create(course=course, title="x")
    for _ in range(given["contents"]):
        text = Text.objects.create(owner=owner, title="x")
        Content.objects.create(module=module, item=text)
answer = {"course": course.pk, "owner": owner.pk}
"""
ARRANGE = """
import random
from django.core.exceptions import ValidationError
from educa.accounts.models import User
from educa.courses.actions import (
    OutlineChanged, move_content, move_module, reorder_contents, reorder_modules,
    restore_content, restore_module, trash_content, trash_module,
)
from educa.courses.models import Content, Course, Module
chance = random.Random(given["seed"])
course, owner = Course.objects.get(pk=given["course"]), User.objects.get(pk=given["owner"])

def shuffled(rows):
    keys = list(rows.values_list("pk", flat=True))
    chance.shuffle(keys)
    return keys

def any_module():
    return chance.choice(Module.everything.filter(course=course))

def any_content():
    rows = Content.everything.filter(module__course=course)
    return chance.choice(rows.select_related("module"))

def order_modules():
    reorder_modules(course=course, keys=shuffled(Module.objects.filter(course=course)))

def order_contents():
    module = any_module()
    reorder_contents(module=module, keys=shuffled(Content.objects.filter(module=module)))

def move_a_module():
    move_module(module=any_module(), place=chance.randrange(20))

def move_a_content():
    move_content(content=any_content(), module=any_module(), place=chance.randrange(20))

def throw_away_and_take_back():
    module, content = any_module(), any_content()
    trash_module(module=module, by=owner)
    trash_content(content=content, by=owner)
    restore_module(module=module)
    restore_content(content=content)

steps = [order_modules, order_contents, move_a_module, move_a_content, throw_away_and_take_back]
refused = 0
sys.stdin.readline()  # everybody begins at once
for number in range(given["steps"]):
    try:
        chance.choice(steps)()
    except (OutlineChanged, ValidationError):  # its module is in the trash
        refused += 1
answer = {"refused": refused}
"""
LIST = """
from educa.courses.actions import restore_content, restore_module
from educa.courses.models import Content, Module
for module in Module.everything.filter(course=given["course"]):
    restore_module(module=module)
for content in Content.everything.filter(module__course=given["course"]):
    restore_content(content=content)
answer = {
    "modules": list(Module.objects.filter(course=given["course"]).values_list("order", flat=True)),
    "contents": [
        list(Content.objects.filter(module=module).values_list("order", flat=True))
        for module in Module.objects.filter(course=given["course"])
    ],
}
"""


@pytest.mark.once
def test_processes_that_add_at_once_get_a_place_each(start: Start) -> None:
    made = answer(start(PREPARE))
    work = {"modules": MODULES, "contents": CONTENTS, "bulks": BULKS, "together": TOGETHER}
    processes = [start(ADD, **made, **work) for _ in range(PROCESSES)]
    together(processes)

    places = answer(start(COUNT, **made))
    assert places["modules"] == list(range(1 + PROCESSES * (MODULES + BULKS * TOGETHER)))
    assert places["contents"] == list(range(PROCESSES * CONTENTS))


@pytest.mark.once
def test_processes_that_arrange_at_once_leave_one_valid_order(start: Start) -> None:
    made = answer(start(BUILD, modules=5, contents=4))
    together([start(ARRANGE, **made, steps=STEPS, seed=seed) for seed in range(PROCESSES)])

    places = answer(start(LIST, **made))
    contents = places["contents"]
    assert places["modules"] == list(range(5))
    assert sum(map(len, contents)) == 5 * 4
    assert [len(set(each)) for each in contents] == [len(each) for each in contents]
