"""Statements and CPU milliseconds of a page inside one process: `python bench/statements.py /`.

A second word is sent as `Authorization`.

Cold is with an empty cache, warm the requests that follow. Prints JSON.
"""

import json
import statistics
import sys
import time
from http import HTTPStatus

import django

django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

ROUNDS = 30


def ask(client: Client, path: str) -> tuple[int, int]:
    """Statements and bytes of one request."""
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(path, HTTP_HOST="127.0.0.1")
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(statements), len(answer.content)


def timed(client: Client, path: str) -> float:
    """Milliseconds of CPU for one request, which a busy machine does not change."""
    start = time.process_time()
    client.get(path, HTTP_HOST="127.0.0.1")
    return (time.process_time() - start) * 1e3


def cold(client: Client, path: str) -> tuple[int, float]:
    """Statements and milliseconds of one request with an empty cache."""
    cache.clear()
    statements, _ = ask(client, path)
    cache.clear()
    return statements, timed(client, path)


def measure(path: str, by: str = "") -> dict[str, float]:
    """Medians over the rounds."""
    client = Client(headers={"Authorization": by} if by else {})
    ask(client, path)  # templates are compiled once
    without = [cold(client, path) for _ in range(ROUNDS)]
    statements, size = ask(client, path)
    return {
        "statements_cold": max(each[0] for each in without),
        "cpu_ms_cold": statistics.median(each[1] for each in without),
        "statements_warm": statements,
        "cpu_ms_warm": statistics.median(timed(client, path) for _ in range(ROUNDS)),
        "bytes": size,
    }


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
