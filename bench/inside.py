"""Statements and bytes of pages, inside one process: what to ask comes in as JSON, figures go out.

For each page three visits: one so that templates are compiled, one with an empty cache, one after it.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.asking import Ask, Host  # noqa: E402
from educa.lib.remembering import forget  # noqa: E402


def ask(visit: list[dict[str, Any]], host: Host, statuses: list[int]) -> tuple[int, int]:
    """Statements and bytes of one visit. Raises RuntimeError where the answer is not the expected one."""
    size = 0
    with CaptureQueriesContext(connection) as statements:
        for one, status in zip(visit, statuses, strict=True):
            each = Ask(**one)
            headers = each.headers(host)
            answer = Client(headers=headers).generic(
                each.method, each.path, each.form, headers.get("Content-Type", "")
            )
            if answer.status_code != status:
                raise RuntimeError(f"{each.path}: {answer.status_code} in the place of {status}")
            size = max(size, len(answer.content))
    return len(statements), size


def measure(page: dict[str, Any], host: Host) -> dict[str, int]:
    """Figures of one page."""
    compiling, first, second = page["visits"]
    ask(compiling, host, page["statuses"])
    forget()
    cold, size = ask(first, host, page["statuses"])
    warm, _size = ask(second, host, page["statuses"])
    return {"statements_cold": cold, "statements_warm": warm, "bytes": size}


if __name__ == "__main__":
    told = json.load(sys.stdin)
    site = Host(**told["host"])
    print(json.dumps({name: measure(page, site) for name, page in told["pages"].items()}))
