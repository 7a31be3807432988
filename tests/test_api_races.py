"""Programs that send the same request at once, on both databases."""

import pytest

from tests.racing import Start, answer

PREPARE = """
from uuid import uuid4
from educa.accounts.models import User
answer = {"user": User.objects.create_user(f"p{uuid4().hex}").pk}
"""
# The first to come waits inside the view until all others have been answered.
SEND = """
import threading
from django.db import connection
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from educa.accounts.models import User
from educa.api.models import AccessToken
from educa.api.views import ApiView
user = User.objects.get(pk=given["user"])
begun, answered = threading.Event(), threading.Semaphore(0)
senders = given["senders"]

class Make(ApiView):
    permission_classes = []

    def post(self, request):
        begun.set()
        for _ in range(senders - 1):
            answered.acquire(timeout=20)
        AccessToken.objects.issue(user, "made", ["read"], None)
        return Response({"made": True}, status=201)

view, factory, statuses = Make.as_view(), APIRequestFactory(), []

def send(is_first):
    if not is_first:
        begun.wait(20)
    request = factory.post("/make/", {}, format="json", headers={"Idempotency-Key": "one"})
    force_authenticate(request, user)
    try:
        statuses.append(view(request).status_code)
    except Exception as error:
        statuses.append(repr(error))
    finally:
        answered.release()
        connection.close()

threads = [threading.Thread(target=send, args=[number == 0]) for number in range(senders)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
send(is_first=True)
answer = {"statuses": list(map(str, statuses)), "made": AccessToken.objects.filter(user=user).count()}
"""
# All at once: whoever comes first does it.
RUSH = SEND.replace("begun.wait(20)", "pass").replace("answered.acquire(timeout=20)", "pass")

FILL = """
import threading
from django.core.exceptions import ValidationError
from django.db import connection
from educa.accounts.models import User
from educa.api.actions import make_token
from educa.api.models import AccessToken
from educa.api.models.token import MOST_TOKENS
user = User.objects.get(pk=given["user"])
for _ in range(MOST_TOKENS - 1):
    AccessToken.objects.issue(user, "made", ["read"], None)
barrier, refused = threading.Barrier(4), []

def make():
    connection.ensure_connection()
    barrier.wait()
    try:
        make_token(user=user, name="One more", scopes=["read"], expires_at=None)
    except ValidationError:
        refused.append(True)
    finally:
        connection.close()

threads = [threading.Thread(target=make) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
answer = {"refused": len(refused), "left": MOST_TOKENS - AccessToken.objects.filter(user=user).count()}
"""


def user(start: Start) -> int:
    return answer(start(PREPARE))["user"]


@pytest.mark.once
def test_who_sends_again_what_is_under_way_is_refused_and_it_is_done_once(start: Start) -> None:
    done = answer(start(SEND, user=user(start), senders=4))

    assert done == {"statuses": ["409", "409", "409", "201", "201"], "made": 1}


@pytest.mark.once
def test_of_many_at_once_one_is_carried_out(start: Start) -> None:
    done = answer(start(RUSH, user=user(start), senders=6))

    assert done["made"] == 1
    assert set(done["statuses"]) <= {"201", "409"}
    assert done["statuses"][-1] == "201"


@pytest.mark.once
def test_of_many_who_make_the_last_token_one_does(start: Start) -> None:
    assert answer(start(FILL, user=user(start))) == {"refused": 3, "left": 0}
