"""Mail that no request waits for."""

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from educa.lib.mail import send_soon, wait_until_sent


def test_a_mail_is_sent():
    send_soon(EmailMessage("Hello", "Text", to=["ada@example.com"]))

    wait_until_sent()
    assert [message.subject for message in mail.outbox] == ["Hello"]


def test_a_mail_that_can_not_be_sent_is_logged_and_holds_up_nothing(monkeypatch, caplog):
    def refuse(*args):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        send_soon(EmailMessage("Lost", "a secret link", to=["ada@example.com"]))
        wait_until_sent()
    send_soon(EmailMessage("Kept", "Text", to=["ada@example.com"]))
    wait_until_sent()

    assert [message.subject for message in mail.outbox] == ["Kept"]
    assert "could not send 'Lost'" in caplog.text
    assert "a secret link" not in caplog.text
    assert "ada@example.com" not in caplog.text
