"""The example of docs/reference/webhooks.md, as programs would use it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).resolve().parents[4] / "docs/reference/webhooks.md"


def example() -> dict[str, Any]:
    """The names that the example in the document makes."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, DOCUMENT.name, "exec"), names)
    return names


is_genuine: Callable[..., bool] = example()["is_genuine"]
