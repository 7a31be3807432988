"""Writes the list in docs/reference/personal-data.md from what the apps declare.

python tools/personal_data.py          write it
python tools/personal_data.py check    fail if it is not what the apps declare
"""

import os
import sys
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parent.parent / "docs/reference/personal-data.md"
BEGIN, END = "<!-- begin of the list -->\n", "<!-- end of the list -->\n"


def listed() -> str:
    """A table for each category."""
    from educa.lib.privacy import by_category  # noqa: PLC0415 - needs the settings

    parts = []
    for category, found in by_category().items():
        parts.append(f"\n### {category.label}\n\n")
        parts.append(
            "| Name | Model | Basis | On erasure | What | What for | How long | Remark |\n"
        )
        parts.append("|---|---|---|---|---|---|---|---|\n")
        parts += [
            f"| `{data.name}` | `{data.model}` | {data.basis.value} | {data.on_erasure.value} "
            f"| {data.title} | {data.purpose} | {data.retention} | {data.remark} |\n"
            for data in found
        ]
    return "".join(parts) + "\n"


def written(text: str) -> str:
    """The document with the list of today."""
    head, _, rest = text.partition(BEGIN)
    _list, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{listed()}{END}{tail}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educa.config.settings")
    django.setup()
    before = DOCUMENT.read_text(encoding="utf-8")
    if sys.argv[1:] != ["check"]:
        DOCUMENT.write_text(written(before), encoding="utf-8")
    elif written(before) != before:
        sys.exit("personal-data.md is out of date: run `python tools/personal_data.py`")
