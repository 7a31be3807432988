"""Signatures, as the specification and the example in the documents have them."""

import time

import pytest

from educa.webhooks.signing import new_secret, signed
from educa.webhooks.tests.verifying import is_genuine

pytestmark = pytest.mark.once

# The example of the Standard Webhooks specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_" + "A" * 44
UID, SENT_AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signature_is_that_of_the_specification():
    assert signed([SECRET], UID, SENT_AT, BODY) == {
        "webhook-id": UID,
        "webhook-timestamp": str(SENT_AT),
        "webhook-signature": SIGNATURE,
    }


def test_the_example_in_the_document_takes_what_is_genuine():
    headers = signed([new_secret(), SECRET], UID, SENT_AT, BODY)

    assert is_genuine(headers, BODY, SECRET, now=SENT_AT + 299)


@pytest.mark.parametrize(
    ("changed", "body", "secret"),
    [
        ({"webhook-id": "other"}, BODY, SECRET),
        ({"webhook-timestamp": str(SENT_AT + 1)}, BODY, SECRET),
        ({"webhook-timestamp": str(SENT_AT - 301)}, BODY, SECRET),
        ({"webhook-timestamp": "now"}, BODY, SECRET),
        ({"webhook-timestamp": ""}, BODY, SECRET),
        ({"webhook-signature": ""}, BODY, SECRET),
        ({"webhook-signature": SIGNATURE.replace("v1,", "v2,")}, BODY, SECRET),
        ({}, BODY + b" ", SECRET),
        ({}, BODY, OTHER_SECRET),
    ],
)
def test_the_example_in_the_document_refuses_what_is_not(changed, body, secret):
    headers = signed([SECRET], UID, SENT_AT, BODY) | changed

    assert not is_genuine(headers, body, secret, now=SENT_AT)


def test_what_was_sent_long_ago_is_refused_by_the_example():
    assert not is_genuine(signed([SECRET], UID, SENT_AT, BODY), BODY, SECRET)
    assert is_genuine(signed([SECRET], UID, int(time.time()), BODY), BODY, SECRET)


def test_secrets_are_random_and_of_the_length_that_the_specification_asks_for():
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(len(secret.removeprefix("whsec_")) == 44 for secret in secrets)
