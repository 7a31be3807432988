"""Several processes that send to webhooks at once, and one that is killed while it sends."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from educa.lib.tests.receiving import Receiver, Request, receiving
from tests.racing import Start, answer, together

pytestmark = pytest.mark.once

OPEN = {"EDUCA_WEBHOOK_PLAIN_HTTP": "yes", "EDUCA_WEBHOOK_NETWORKS": "127.0.0.0/8"}
WEBHOOKS, EACH = 3, 20
MAKE = """
from django.contrib.auth.models import Group
from educa.accounts.models import INSTRUCTORS, User
from educa.courses.models import Course, Subject
from educa.webhooks.models import Delivery, Webhook
from uuid import uuid4

Webhook.objects.all().delete()  # of another test, on the same database
mark = f"w{uuid4().hex}"
owner = User.objects.create_user(mark)
owner.groups.add(Group.objects.get(name=INSTRUCTORS))
subject = Subject.objects.create(title="Physics", slug=mark)
course = Course.objects.create(owner=owner, subject=subject, title="Waves", status="published")
url = f"http://127.0.0.1:{given['port']}/"
hooks = [
    Webhook.objects.create(owner=owner, url=f"{url}{n}", events=["course.published"])
    for n in range(given["webhooks"])
]
rows = [
    Delivery.objects.create(webhook=hook, course=course, event="course.published")
    for _ in range(given["each"])
    for hook in hooks
]
answer = {"uids": [str(row.uid) for row in rows]}
"""
SEND = """
import sys
from educa.webhooks.duties import tell_webhooks
sys.stdin.readline()
tell_webhooks()
answer = {}
"""
KILLED = """
import os, signal
from educa.webhooks.actions import sending

def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

sending._settle = die
sending.send_deliveries()
answer = {}
"""
LATER = """
from datetime import timedelta
from django.utils import timezone
from educa.webhooks.actions import send_deliveries
from educa.webhooks.models import Delivery

soon = timezone.now() + timedelta(seconds=30)
send_deliveries(clock=lambda: soon)
early = sorted(Delivery.objects.values_list("status", flat=True))
late = timezone.now() + timedelta(seconds=90)
send_deliveries(clock=lambda: late)
answer = {"early": early, "late": sorted(Delivery.objects.values_list("status", flat=True))}
"""
STATES = """
from educa.webhooks.models import Delivery
answer = {"states": sorted(set(Delivery.objects.values_list("status", "attempts", "tries")))}
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def test_processes_that_send_at_once_send_each_delivery_once_and_in_order(
    start: Start, receiver: Receiver
) -> None:
    made = answer(start(MAKE, OPEN, port=receiver.port, webhooks=WEBHOOKS, each=EACH))

    together([start(SEND, OPEN) for _ in range(3)])
    answer(start(SEND_THE_REST, OPEN))

    sent = [request.headers["webhook-id"] for request in receiver.requests]
    assert Counter(sent) == Counter(made["uids"])
    assert of_each(receiver.requests, sent) == of_each_made(made["uids"])
    assert answer(start(STATES, OPEN))["states"] == [["delivered", 1, 1]]
    assert receiver.most_at_once <= WEBHOOKS


SEND_THE_REST = SEND.replace("sys.stdin.readline()\n", "")


def of_each(requests: list[Request], sent: list[str]) -> dict[str, list[str]]:
    """What each webhook was told, in that order."""
    found: dict[str, list[str]] = {}
    for request, uid in zip(requests, sent, strict=True):
        found.setdefault(request.path, []).append(uid)
    return found


def of_each_made(uids: list[str]) -> dict[str, list[str]]:
    return {f"/{number}": uids[number::WEBHOOKS] for number in range(WEBHOOKS)}


def test_what_a_killed_process_was_sending_is_sent_again_after_its_lease(
    start: Start, receiver: Receiver
) -> None:
    answer(start(MAKE, OPEN, port=receiver.port, webhooks=1, each=2))
    killed = start(KILLED, OPEN)
    killed.end()
    assert killed.returncode == -9

    found = answer(start(LATER, OPEN))

    bodies = [json.loads(request.body)["id"] for request in receiver.requests]
    assert found == {"early": ["running", "waiting"], "late": ["delivered", "delivered"]}
    assert (bodies[0] == bodies[1], len(bodies), len(set(bodies))) == (True, 3, 2)
