"""Many who write in one room at once: numbers without gaps, nothing twice, and readers who miss nothing."""

import pytest

from tests.racing import Start, answer, together

PREPARE = """
from uuid import uuid4
from educa.accounts.models import User
from educa.courses.models import Course, Subject
from educa.students.models import Enrollment
mark = f"p{uuid4().hex}"  # several tests share one database
owner = User.objects.create_user(f"{mark}-owner")
subject = Subject.objects.create(title="Physics", slug=mark)
courses = [
    Course.objects.create(owner=owner, subject=subject, title="Waves", status="published") for _ in range(2)
]
people = [User.objects.create_user(f"{mark}-{number}") for number in range(given["people"])]
for course in courses:
    for person in people:
        Enrollment.objects.enroll(person, course)
answer = {"courses": [c.pk for c in courses], "people": [person.pk for person in people]}
"""
# Each process is two of the writers, so that both processes and threads meet at the room.
WRITE = """
import threading
from uuid import uuid4
from django.db import OperationalError, connection
from educa.accounts.models import User
from educa.chat.actions import Draft, send
sys.stdin.readline()
failures = []

def acknowledged(person, draft):
    try:
        return send(author=person, course=given["course"], draft=draft)
    except OperationalError:  # the database was busy for too long: programs send it again
        return None

def write(person):
    try:
        for number in range(given["messages"]):
            draft = Draft(client_id=uuid4(), body=f"{person.pk}: {number}")
            while not acknowledged(person, draft):
                pass
    except Exception as error:
        failures.append(repr(error))
    finally:
        connection.close()

threads = [threading.Thread(target=write, args=[person]) for person in User.objects.filter(pk__in=given["people"])]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
answer = {"failures": failures}
"""
# As the socket and the polling reader do it: always from the last number that they have.
FOLLOW = """
import time
from educa.chat.log import events_after
sys.stdin.readline()
seen, last, end = [], 0, time.monotonic() + 110
while len(seen) < given["messages"] and time.monotonic() < end:
    events = events_after(given["course"], last, limit=7)
    seen += [event.sequence for event in events]
    assert all(event.message.body for event in events)
    last = seen[-1] if seen else 0
answer = {"seen": seen}
assert seen == list(range(1, given["messages"] + 1)), seen
"""
COUNT = """
from educa.chat.models import Event, Message, ReadMark, Room
rows = Message.objects.filter(room=given["course"])
answer = {
    "messages": list(rows.order_by("sequence").values_list("sequence", flat=True)),
    "events": list(Event.objects.filter(room=given["course"]).order_by("sequence").values_list("sequence", flat=True)),
    "bodies": len(set(rows.values_list("body", flat=True))),
    "last": Room.objects.get(pk=given["course"]).last_sequence,
    "in_order": all(
        own == sorted(own, key=lambda body: int(body.split()[1]))
        for author in rows.order_by().values_list("author", flat=True).distinct()
        for own in [list(rows.filter(author=author).order_by("sequence").values_list("body", flat=True))]
    ),
}
"""
RETRY = """
import threading
from uuid import uuid4
from django.db import connection
from educa.accounts.models import User
from educa.chat.actions import Draft, send
from educa.chat.models import Event, Message
from educa.chat.refusals import Refused
author, draft = User.objects.get(pk=given["people"][0]), Draft(client_id=uuid4(), body="Why?")
barrier, answers = threading.Barrier(5), []

def press(number):
    connection.ensure_connection()
    barrier.wait()
    try:
        sent = send(author=author, course=given["courses"][number % given["rooms"]], draft=draft)
        answers.append([sent.message.sequence, sent.is_new])
    except Refused as refusal:
        answers.append([refusal.code, False])
    except Exception as error:
        answers.append([repr(error), False])
    finally:
        connection.close()

threads = [threading.Thread(target=press, args=[number]) for number in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
answer = {
    "answers": sorted(answers, key=str),
    "messages": Message.objects.filter(author=author).count(),
    "events": Event.objects.filter(actor=author).count(),
}
"""
FAST = {"EDUCA_CHAT_BURST": "1000", "EDUCA_CHAT_PER_MINUTE": "1000"}
WRITERS, MESSAGES = 8, 25


@pytest.mark.once
def test_eight_who_write_at_once_are_all_read_in_one_order(start: Start) -> None:
    made = answer(start(PREPARE, FAST, people=WRITERS))
    course, total = made["courses"][0], WRITERS * MESSAGES
    pairs = [made["people"][place : place + 2] for place in range(0, WRITERS, 2)]
    writers = [start(WRITE, FAST, course=course, people=pair, messages=MESSAGES) for pair in pairs]

    together([*writers, start(FOLLOW, FAST, course=course, messages=total)])

    numbers = list(range(1, total + 1))
    assert answer(start(COUNT, FAST, course=course)) == {
        "messages": numbers, "events": numbers, "bodies": total, "last": total, "in_order": True
    }  # fmt: skip


@pytest.mark.once
def test_message_sent_five_times_at_once_is_there_once(start: Start) -> None:
    made = answer(start(PREPARE, people=1))

    found = answer(start(RETRY, **made, rooms=1))

    assert found == {"answers": [[1, False]] * 4 + [[1, True]], "messages": 1, "events": 1}


@pytest.mark.once
def test_message_sent_to_two_rooms_at_once_is_in_one(start: Start) -> None:
    made = answer(start(PREPARE, people=1))

    found = answer(start(RETRY, **made, rooms=2))

    codes = [code for code, _is_new in found["answers"]]
    assert set(codes) == {1, "taken"}
    assert (found["messages"], found["events"]) == (1, 1)
