"""Requests to servers that people name: never into a network that only this machine can reach.

The address is judged when the connection is made, and the connection goes to the judged address: a name
that leads elsewhere a moment later, a redirect, or an odd spelling of 127.0.0.1 leads nowhere.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cache
from http.client import HTTPConnection, HTTPException
from io import BufferedReader, RawIOBase
from typing import Any
from urllib.parse import SplitResult, urlsplit

from educa.lib.threads import beside

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]

PATIENCE = 5.0  # seconds for everything, from the name to the end of the answer
MOST_BYTES = 16 * 1024  # of an answer with its headers
LONGEST_TEXT = 500  # characters of an answer that are kept
LEAST_VISIBLE, DELETE = "!", "\x7f"  # the printable signs of ASCII lie between them
USUAL_PORTS = {"http": 80, "https": 443}
BIGGEST_PORT = 65535
SUCCESS, REDIRECTION, ERROR = 200, 300, 400  # where the statuses of each sort begin
# Addresses of IPv6 behind which there is one of IPv4, in its last 32 bits.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class Fault(Enum):
    """Why a request came to nothing."""

    URL = "url"
    ADDRESS = "address"
    NAME = "name"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    NO_HTTP = "no_http"


class Unreachable(Exception):
    """There is no answer, and why; `detail` is what the system says, in English."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True)
class Answer:
    """What a server has answered: the status, the beginning of the text, and `Retry-After` in seconds."""

    status: int
    text: str = ""
    retry_after: int | None = None

    @property
    def is_success(self) -> bool:
        return SUCCESS <= self.status < REDIRECTION

    @property
    def is_redirection(self) -> bool:
        return REDIRECTION <= self.status < ERROR


def is_reachable(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether a connection may go to this address: a public one, or one in a network that is allowed."""
    try:
        ip = _meant(ipaddress.ip_address(address))
    except ValueError:
        return False
    if any(ip in network for network in allowed):
        return True
    return ip.is_global and not (
        ip.is_multicast
        or ip.is_reserved
        or ip.is_loopback
        or ip.is_link_local
        or ip.is_unspecified
        or (isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local)
    )


def _meant(ip: Address) -> Address:
    """The address of IPv4 that stands in one of IPv6, where there is one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour or ip


def checked_url(url: str, *, plain: bool = False, allowed: Sequence[Network] = ()) -> SplitResult:
    """The parts of an address of https, or of http where `plain` allows it. Asks no server for names.

    Raises Unreachable for what is no such address, holds a name and a password, or names a host that may
    not be reached.
    """
    # Blanks, controls and letters beyond ASCII end up in a request line or in a header.
    if not url or not all(LEAST_VISIBLE <= sign < DELETE for sign in url) or "\\" in url:
        raise Unreachable(Fault.URL)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreachable(Fault.URL) from None
    schemes = USUAL_PORTS if plain else {"https"}
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise Unreachable(Fault.URL)
    if "@" in parts.netloc or "#" in url or "%" in parts.netloc:
        raise Unreachable(Fault.URL)
    literal = _literal(parts.hostname)
    if literal is not None and not is_reachable(literal, allowed):
        raise Unreachable(Fault.ADDRESS)
    return parts


def _literal(host: str) -> str | None:
    """The address that a host is without asking anybody, also in spellings such as 0x7f.1; else None."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return "127.0.0.1"
    try:
        found = socket.getaddrinfo(name, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return None
    return str(found[0][4][0])


def resolve(host: str, port: int) -> list[str]:
    """The addresses that a name has now, in the order of the system. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    plain: bool = False,
    allowed: Sequence[Network] = (),
    resolve: Resolve = resolve,
    seconds: float = PATIENCE,
) -> Answer:
    """Send a body and give the answer. Redirects are not followed. Raises Unreachable.

    Everything together takes no longer than `seconds`, and of the answer no more than `MOST_BYTES` is read.
    """
    deadline = time.monotonic() + seconds
    parts = checked_url(url, plain=plain, allowed=allowed)
    try:
        return _exchange(parts, body, headers, _Way(allowed, resolve, deadline))
    except TimeoutError:
        raise Unreachable(Fault.TIMEOUT) from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(Fault.CERTIFICATE, error.verify_message) from None
    except HTTPException as error:
        raise Unreachable(Fault.NO_HTTP, type(error).__name__) from None
    except OSError as error:
        raise Unreachable(Fault.CONNECTION, error.strerror or str(error)) from None


@dataclass(frozen=True)
class _Way:
    """How a host may be reached, and until when."""

    allowed: Sequence[Network]
    resolve: Resolve
    deadline: float

    def addresses(self, host: str, port: int) -> list[str]:
        """Those of a name that may be reached. Raises Unreachable when there is none."""
        asking = beside(lambda: self.resolve(host, port), name="educa-resolve")
        try:
            found = asking.result(left_until(self.deadline))
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as error:
            raise Unreachable(Fault.NAME, getattr(error, "strerror", None) or "") from None
        may = [address for address in found if is_reachable(address, self.allowed)]
        if not may:
            raise Unreachable(Fault.ADDRESS)
        return may

    def connection(self, host: str, port: int) -> socket.socket:
        """A connection to the first address that takes one. Raises Unreachable or OSError."""
        refusal = OSError("no address")
        for address in self.addresses(host, port):
            try:
                # An address and no name: nobody is asked again where it leads.
                return socket.create_connection((address, port), left_until(self.deadline))
            except TimeoutError:
                raise
            except OSError as error:
                refusal = error
        raise refusal


def left_until(deadline: float) -> float:
    """Seconds until then. Raises TimeoutError when it is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _exchange(parts: SplitResult, body: bytes, headers: Mapping[str, str], way: _Way) -> Answer:
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or USUAL_PORTS[parts.scheme]
    with way.connection(host, port) as plain:
        plain.settimeout(left_until(way.deadline))
        if parts.scheme == "https":
            with _tls().wrap_socket(plain, server_hostname=host) as secure:
                return _ask(secure, parts, body, headers, way.deadline)
        return _ask(plain, parts, body, headers, way.deadline)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _ask(
    wire: socket.socket,
    parts: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    deadline: float,
) -> Answer:
    connection = HTTPConnection(parts.hostname or "")
    connection.sock = _Wire(wire, deadline)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = f":{USUAL_PORTS[parts.scheme]}"
    fixed = {"Host": parts.netloc.lower().removesuffix(usual), "Connection": "close"}
    connection.request("POST", target, body, {**headers, **fixed})
    response = connection.getresponse()
    text = b""
    with suppress(OSError, HTTPException):  # the status says enough
        text = response.read(MOST_BYTES)
    return Answer(
        response.status, _readable(text), _seconds_in(response.headers.get("Retry-After", ""))
    )


def _readable(text: bytes) -> str:
    words = text.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in words).strip()[:LONGEST_TEXT]


def _seconds_in(header: str) -> int | None:
    text = header.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("99999") else None


class _Wire:
    """A socket as HTTPConnection uses it, on which all reading and writing ends at the deadline."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._wire = wire
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(left_until(self._deadline))
        self._wire.sendall(data)

    def makefile(self, _mode: str) -> BufferedReader:
        return BufferedReader(_Incoming(self._wire, self._deadline))

    def close(self) -> None:
        """Whoever opened the socket closes it."""


class _Incoming(RawIOBase):
    """What a server answers, as far as it is read."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._wire = wire
        self._deadline = deadline
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Bytes that came; 0, as at the end, when it is enough. Raises TimeoutError."""
        view = memoryview(buffer)[: self._left]
        if not view:
            return 0
        self._wire.settimeout(left_until(self._deadline))
        number = self._wire.recv_into(view)
        self._left -= number
        return number
