"""Sending what webhooks are to be told, and what is made of the answers."""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from educa.lib import outward
from educa.lib.duties import Stopped, give_way
from educa.lib.leases import WAITING
from educa.lib.outward import Answer, Unreachable
from educa.lib.threads import beside
from educa.webhooks.actions.giving_up import switch_off
from educa.webhooks.models import PING, Delivery, Webhook
from educa.webhooks.models.delivery import LONGEST_TRIED
from educa.webhooks.signing import signed
from educa.webhooks.telling import body_of

logger = logging.getLogger(__name__)

SENDERS = 8  # requests at the same time
BREATH = 0.5  # seconds between two looks for more to send, while answers are awaited
LAST_BREATH = 0.5  # seconds that answers have when the process ends

FIRST_PAUSE = timedelta(seconds=10)
GROWTH = 3
LONGEST_PAUSE = timedelta(hours=6)
MOST_RETRIES = 10  # with these pauses, in 21 hours
JITTER = 0.2

PATIENT_FAILURES = 3  # in a row, after which the webhook rests as a whole
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(days=3)
LEAST_FAILURES = 10  # before it is given up, however long they took
GONE = 410  # the receiver says that there is nobody any more


class Post(Protocol):
    """Sends a body to an address. Raises Unreachable."""

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> Answer: ...


@dataclass(frozen=True)
class Outcome:
    """What came of a try."""

    fault: str = ""
    status: int | None = None
    text: str = ""
    retry_after: int | None = None

    @property
    def is_success(self) -> bool:
        return not self.fault


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send to what the settings allow."""
    return outward.post(
        url,
        body,
        headers,
        plain=settings.EDUCA_WEBHOOK_PLAIN_HTTP,
        allowed=settings.EDUCA_WEBHOOK_NETWORKS,
    )


def varied() -> float:
    """By which factor a pause is longer or shorter, so that those who failed together don't come back together."""
    return SystemRandom().uniform(1 - JITTER, 1 + JITTER)


def send_deliveries(
    *,
    post: Post = post,
    clock: Callable[[], datetime] = timezone.now,
    vary: Callable[[], float] = varied,
) -> None:
    """Send what is due, several at a time, until nothing is. The database is asked by this thread alone.

    Raises Stopped when the process ends; whose answer is not known then is sent again after its lease.
    """
    on_the_way: dict[Future[Answer], Delivery] = {}
    settle = partial(_settle, clock=clock, vary=vary)
    try:
        while True:
            give_way()
            _begin(on_the_way, post, clock)
            if not on_the_way:
                return
            for future in wait(on_the_way, BREATH, FIRST_COMPLETED).done:
                settle(on_the_way.pop(future), _outcome(future))
    except Stopped:
        for future in wait(on_the_way, LAST_BREATH).done:
            settle(on_the_way.pop(future), _outcome(future))
        raise


def _begin(
    on_the_way: dict[Future[Answer], Delivery], post: Post, clock: Callable[[], datetime]
) -> None:
    while len(on_the_way) < SENDERS:
        delivery = Delivery.objects.claim(clock())
        if delivery is None:
            return
        body = body_of(delivery)
        if body is None:
            _end(delivery, Outcome(Delivery.Fault.GONE), clock())
            continue
        now = clock()
        secrets = delivery.webhook.secrets_at(now)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Educa-Webhooks",
            **signed(secrets, str(delivery.uid), int(now.timestamp()), body),
        }
        work = partial(post, delivery.webhook.url, body, headers)
        on_the_way[beside(work, name=f"educa-webhook-{delivery.pk}")] = delivery


def _outcome(future: Future[Answer]) -> Outcome:
    try:
        answer = future.result()
    except Unreachable as error:
        return Outcome(error.fault.value, text=error.detail)
    except Exception:
        logger.exception("a webhook could not be told")
        return Outcome(Delivery.Fault.CONNECTION)
    if answer.is_success:
        return Outcome(status=answer.status)
    fault = Delivery.Fault.REDIRECT if answer.is_redirection else Delivery.Fault.STATUS
    return Outcome(fault, answer.status, answer.text, answer.retry_after)


@transaction.atomic
def _settle(
    delivery: Delivery,
    outcome: Outcome,
    *,
    clock: Callable[[], datetime],
    vary: Callable[[], float],
) -> None:
    """Note what came of it; nothing when somebody else has taken it up since."""
    now = clock()
    # In the order in which they are locked to be claimed.
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id).first()
    if webhook is None:
        return
    if outcome.is_success:
        if _end(delivery, outcome, now) and webhook.failures:
            webhook.forgive()
            webhook.save(update_fields=["failures", "failing_since", "paused_until"])
        return
    pause = pause_after(delivery.tries + 1, outcome.retry_after) * vary()
    is_last = (
        delivery.event == PING
        or delivery.tries >= MOST_RETRIES
        or now + pause > delivery.asked_at + LONGEST_TRIED
        or outcome.status == GONE
        or not webhook.is_active
    )
    is_ours = (
        _end(delivery, outcome, now) if is_last else _put_off(delivery, outcome, now, now + pause)
    )
    if is_ours and delivery.event != PING and webhook.is_active:
        _count_failure(webhook, outcome, now)


def pause_after(tries: int, retry_after: int | None = None) -> timedelta:
    """How long to wait after so many tries, or as long as the receiver asks for, up to six hours."""
    grown: timedelta = FIRST_PAUSE * GROWTH ** min(tries - 1, MOST_RETRIES)
    return min(max(grown, timedelta(seconds=retry_after or 0)), LONGEST_PAUSE)


def _end(delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    status = Delivery.Status.DELIVERED if outcome.is_success else Delivery.Status.FAILED
    return _note(delivery, outcome, now, status=status)


def _put_off(delivery: Delivery, outcome: Outcome, now: datetime, until: datetime) -> bool:
    return _note(delivery, outcome, now, status=WAITING, due_at=until)


def _note(delivery: Delivery, outcome: Outcome, now: datetime, **values: object) -> bool:
    was_sent = outcome.fault != Delivery.Fault.GONE
    return bool(
        delivery.held().update(
            lease_until=None,
            tries=delivery.tries + was_sent,
            tried_at=now if was_sent else delivery.tried_at,
            fault=outcome.fault,
            answer_status=outcome.status,
            answer=outcome.text[: outward.LONGEST_TEXT],
            **values,
        )
    )


def _count_failure(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    more = webhook.failures - PATIENT_FAILURES
    if more >= 0:
        webhook.paused_until = now + min(FIRST_REST * 2 ** min(more, 10), LONGEST_REST)
    webhook.save(update_fields=["failures", "failing_since", "paused_until"])
    is_long = webhook.failing_since <= now - GIVEN_UP_AFTER and webhook.failures >= LEAST_FAILURES
    if is_long or outcome.status == GONE:
        switch_off(webhook)
