"""One request on its way through the WSGI application, in a worker thread."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from educa.lib.serving.bodies import ClientGone
from educa.lib.serving.environ import Environ
from educa.lib.serving.files import FileWrapper
from educa.lib.serving.outbox import Outbox, TooFarBehind
from educa.lib.serving.threads import Threads, call_in

logger = logging.getLogger(__name__)

WHOLE = 2**20  # an answer announced as at most this long is collected and sent at once
FIRST_BLOCK = 2**17  # bytes of a file that are read before the thread is given back
NO_BODY = frozenset({204, 304})

Headers = list[tuple[str, str]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
StartResponse = Callable[..., Callable[[bytes], None]]
WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, its first bytes, and where the others come from (None: no others)."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    rest: Outbox | FileWrapper | None = None
    length: int | None = None  # bytes announced for the whole body
    unread: bool = False  # the client is still sending its request


class Exchange:
    """Runs the application once and posts its answer to the event loop."""

    def __init__(
        self,
        application: WSGIApplication,
        environ: Environ,
        files: Threads,
        folder: Path | None,
    ) -> None:
        self._application = application
        self._environ = environ
        self._files = files
        self._folder = folder
        self._loop = asyncio.get_running_loop()
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._length: int | None = None
        self._chunks: list[bytes] = []
        self._size = 0
        self._outbox: Outbox | None = None
        self._posted = False
        self.answer: asyncio.Future[Answer | None] = self._loop.create_future()

    def run(self) -> None:
        """Answer the request, whatever happens; for a worker thread.

        The answer is None when the application failed before it said anything. The room that the body
        of the request took is given back before the answer ends.
        """
        failed = True
        try:
            self._perform()
            failed = False
        except ClientGone:
            pass
        except TooFarBehind:
            logger.warning("Reader too slow: %s", self._environ["PATH_INFO"])
        except BaseException:
            logger.exception("The application failed: %s", self._environ["PATH_INFO"])
        try:
            self._environ["wsgi.input"].close()
        finally:
            self._end(failed=failed)

    def _perform(self) -> None:
        result = self._application(self._environ, self.start_response)
        if isinstance(result, FileWrapper):  # it is sent after we are done
            self._environ["wsgi.input"].close()
        kept = False
        try:
            if isinstance(result, FileWrapper) and not self._silent:
                kept = self._hand_over(result)
            else:
                self._collect(result)
        finally:
            if not kept and (close := getattr(result, "close", None)) is not None:
                close()

    def start_response(
        self, status: str, headers: Headers, exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """PEP 3333: keep status and headers until there are bytes to send."""
        if exc_info is not None:
            try:
                if self._posted:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # or the traceback would hold this frame, and it the traceback
        elif self._status:
            raise AssertionError("start_response was called twice without exc_info")
        self._status = int(status[:3])
        self._headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers
            if self._status not in NO_BODY or name.lower() != "content-length"
        ]
        lengths = [int(value) for name, value in self._headers if name == b"content-length"]
        self._length = lengths[0] if lengths else None
        return self._emit

    @property
    def _silent(self) -> bool:
        """Whether the answer has no body by definition."""
        return self._environ["REQUEST_METHOD"] == "HEAD" or self._status in NO_BODY

    def _collect(self, chunks: Iterable[bytes]) -> None:
        streams = not isinstance(chunks, list | tuple)
        for chunk in chunks:
            if not self._status:
                raise AssertionError("the application has not called start_response")
            if self._silent:
                return
            if chunk:
                self._emit(chunk, streams=streams)

    def _emit(self, chunk: bytes, *, streams: bool = True) -> None:
        if self._silent:
            return
        if self._outbox is not None:
            self._outbox.put(chunk)
            return
        self._chunks.append(chunk)
        self._size += len(chunk)
        if streams and (self._length is None or self._length > WHOLE):
            self._outbox = Outbox(self._loop, self._files, self._folder)
            self._post(self._outbox)

    def _hand_over(self, file: FileWrapper) -> bool:
        """Post the beginning of a file, or all of it; whether there is more."""
        most = FIRST_BLOCK if self._length is None else min(self._length, FIRST_BLOCK)
        block = file.read(most)
        self._chunks.append(block)
        if len(block) < FIRST_BLOCK or len(block) == self._length:
            return False
        self._post(file)
        return True

    def _end(self, *, failed: bool) -> None:
        if self._outbox is not None:
            self._outbox.end(failed=failed)
        elif not self._posted:
            self._post(None, failed=failed or not self._status)

    def _post(self, rest: Outbox | FileWrapper | None, *, failed: bool = False) -> None:
        answer = None
        if not failed:
            body = b"".join(self._chunks)
            if rest is None and self._length is None and not self._silent:
                self._headers.append((b"content-length", b"%d" % len(body)))
            answer = Answer(self._status, self._headers, body, rest, self._length)
        self._posted = True
        call_in(self._loop, lambda: self._deliver(answer))

    def _deliver(self, answer: Answer | None) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)
        elif answer is not None:
            discard(answer.rest, self._files)


def discard(rest: Outbox | FileWrapper | None, files: Threads) -> None:
    """Let go of what nobody will read."""
    if isinstance(rest, Outbox):
        rest.abandon()
    elif rest is not None:
        files.submit(rest.close)
