"""What docs/reference/openapi.yaml says that there is."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/reference/openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def described() -> dict[str, Any]:
    """The description as it is in the repository; a test compares it with the code."""
    return dict(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8")))


def methods_of(path: str) -> list[str]:
    """The methods of an address, in capitals."""
    return [method.upper() for method in METHODS if method in described()["paths"][path]]


def labels(*methods: str) -> list[str]:
    """Each request with one of these methods, such as `GET /api/courses/{id}/`."""
    paths = described()["paths"]
    return [
        f"{method} {path}" for path in paths for method in methods_of(path) if method in methods
    ]


def readings() -> list[str]:
    """Each GET that is answered in JSON, and not with a file."""
    return [label for label in labels("GET") if not label.endswith("/file/")]
