"""Mail that no request waits for.

Whether a mail is sent must not show in the time that an answer takes, and a mail server that is slow
or gone must not break a page. What can't be delivered is logged, not tried again.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

_postman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send_soon(message: EmailMessage) -> "Future[None]":
    """Hand a finished message to the mail server, after the answer or beside it."""
    return _postman.submit(_send, message)


def wait_until_sent() -> None:
    """Return when everything handed over before has been sent, or has failed."""
    _postman.submit(lambda: None).result()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        logger.exception("could not send %r", str(message.subject))
