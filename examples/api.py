"""A small client of Educa's API: requests, pages of lists, files, and trying again. Standard library only."""

import json
import mimetypes
import os
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

TRIES = 5  # of a request that the server can't take now
LONGEST_WAIT = 60  # seconds between two of them
PATIENCE = 60  # seconds for an answer
LATER = {429, 502, 503, 504}


class Refused(Exception):
    """The server said no; `status` and `code` are for programs, the text is for people."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code = problem.get("code", "")
        words = [str(problem.get("detail") or problem.get("title") or "no reason given")]
        words += [f"{each['field']}: {each['message']}" for each in problem.get("errors", [])]
        super().__init__(f"{status} {self.code}: {'; '.join(dict.fromkeys(words))}")


class Api:
    """One site, asked with one access token."""

    def __init__(self, site: str, token: str) -> None:
        self.root = urljoin(site if site.endswith("/") else f"{site}/", "api/")
        self.token = token

    @classmethod
    def from_environment(cls) -> "Api":
        """The site of EDUCA_URL with the token of EDUCA_TOKEN. Ends the program where one is missing."""
        missing = [name for name in ("EDUCA_URL", "EDUCA_TOKEN") if not os.environ.get(name)]
        if missing:
            sys.exit(f"Set {' and '.join(missing)}: the address of the site, and an access token.")
        return cls(os.environ["EDUCA_URL"], os.environ["EDUCA_TOKEN"])

    def get(self, path: str, **parameters: Any) -> Any:
        """What is at an address below /api/. Raises Refused, and URLError without a connection."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._ask("GET", path + query)

    def all(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page after page."""
        page = self.get(path, page_size=100, **parameters)
        yield from page["results"]
        while page["next"]:
            page = self._ask("GET", page["next"])
            yield from page["results"]

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Change something; the answer, or None where there is none."""
        return self._ask(method, path, json.dumps(body or {}).encode(), "application/json")

    def send_file(
        self, method: str, path: str, fields: dict[str, Any], file: Path, name: str = ""
    ) -> Any:
        """Change something with a file, which is sent under its name, or under another one."""
        boundary = uuid.uuid4().hex
        name = (name or file.name).replace("\\", "_").replace('"', "_")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        heads = {f'name="{field}"': str(value).encode() for field, value in fields.items()}
        heads[f'name="file"; filename="{name}"\r\nContent-Type: {kind}'] = file.read_bytes()
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
            + value
            + b"\r\n"
            for head, value in heads.items()
        )
        end = f"--{boundary}--\r\n".encode()
        return self._ask(method, path, body + end, f"multipart/form-data; boundary={boundary}")

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
        address = urljoin(self.root, path)
        # An address that an answer gave must not carry the token to somewhere else.
        if urlsplit(address)[:2] != urlsplit(self.root)[:2]:
            raise ValueError(f"{address} is not on the site")
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if kind:
            headers["Content-Type"] = kind
        if method == "POST":  # so that a request that is sent again is carried out once
            headers["Idempotency-Key"] = str(uuid.uuid4())
        request = Request(address, data=body, headers=headers, method=method)  # noqa: S310
        for left in reversed(range(TRIES)):
            try:
                with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                    text = answer.read()
                    return json.loads(text) if text else None
            except HTTPError as error:
                if error.code not in LATER or not left:
                    raise refusal(error) from None
                time.sleep(min(float(error.headers.get("Retry-After") or 1), LONGEST_WAIT))
        raise AssertionError


def refusal(error: HTTPError) -> Refused:
    """What the server said, also where it was no problem document (a proxy's page)."""
    try:
        problem = json.loads(error.read())
    except ValueError:
        problem = {"title": error.reason}
    return Refused(error.code, problem if isinstance(problem, dict) else {})


def run(main: Any) -> None:
    """Run a program; its status is what it returns, 1 and a line where the server can't be asked."""
    try:
        sys.exit(main())
    except (Refused, URLError, TimeoutError) as error:
        sys.exit(f"{sys.argv[0]}: {error}")
