"""A mail server that keeps what it is sent, and tells those who wait for it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

PATIENCE = 60  # seconds until a mail that has not come counts as lost
END = b".\r\n"
SAID = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
WELL = b"250 well\r\n"


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of SMTP as a client needs that neither signs in nor encrypts; `address` is its host and port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self._mails: list[EmailMessage] = []
        self._arrived = threading.Condition()

    def keep(self, mail: EmailMessage) -> None:
        """Take a mail, and tell those who wait."""
        with self._arrived:
            self._mails.append(mail)
            self._arrived.notify_all()

    def mail_to(self, name: str, subject: str) -> str:
        """The text of the first mail to an address that begins so, once it has come. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: self._find(name, subject), PATIENCE):
                raise TimeoutError(f"no mail {subject!r} to {name}")
            return str(self._find(name, subject)[0].get_content())

    def _find(self, name: str, subject: str) -> list[EmailMessage]:
        return [
            mail
            for mail in self._mails
            if str(mail["To"]).startswith(f"{name}@") and mail["Subject"] == subject
        ]


class _Dialogue(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            self.wfile.write(SAID.get(verb, WELL))
            if verb == b"DATA":
                self._receive()

    def _receive(self) -> None:
        """Take the lines of a mail, of which those that begin with a dot come with two."""
        lines = []
        while (line := self.rfile.readline()) != END:
            if not line:  # who sends has ended in the middle
                return
            lines.append(line.removeprefix(b"."))
        assert isinstance(self.server, Mailbox)
        self.server.keep(message_from_bytes(b"".join(lines), policy=default))
        self.wfile.write(WELL)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server for the length of a block."""
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
