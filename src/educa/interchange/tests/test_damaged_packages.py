"""Packages with chance damage: each comes in or is refused; there is nothing third."""

import random
import re
from pathlib import Path

import pytest

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor
from educa.courses.tests.factories import PDF, picture
from educa.interchange.refusal import ImportRefused
from educa.interchange.tests.factories import (
    bring_in,
    item,
    link_xml,
    make_zip,
    manifest,
    resource,
    topic_xml,
)

pytestmark = pytest.mark.django_db

ROUNDS = 15
VALUES = [
    "",
    "..",
    "//x",
    "http://[",
    "%00",
    "\\",
    "imsmanifest.xml",
    "x" * 3000,
    "&#x202e;",
    "&#13;",
]
PAGE = '<img src="a.png"><a href="b.html">b</a><iframe src="https://youtu.be/M7lc1UVf-VE"></iframe>'


def whole_package() -> dict[str, str | bytes]:
    """The files of a package with a bit of everything."""
    kinds = {
        "l.xml": "imswl_xmlv1p1",
        "t.xml": "imsdt_xmlv1p1",
        "q.xml": "imsqti_xmlv1p2/assessment",
    }
    files: dict[str, str | bytes] = {
        "a.html": PAGE, "b.html": "b", "a.png": picture(), "d.pdf": PDF,
        "l.xml": link_xml("https://example.com/"), "t.xml": topic_xml("&lt;img src='a.png'&gt;"), "q.xml": "<q/>",
    }  # fmt: skip
    listed = "".join(resource(name, name, kind=kinds.get(name, "webcontent")) for name in files)
    items = [
        item("First", *(item(name, of=name) for name in files)),
        item("Folder", item("Deep", item("x", of="d.pdf"))),
    ]
    return {"imsmanifest.xml": manifest(*items, resources=listed), **files}


def damaged(text: str, chance: random.Random) -> str:
    """The text with some values swapped for others, and a piece gone now and then."""
    for name in ("href", "identifierref", "identifier", "type"):
        values = re.findall(rf'{name}="([^"]*)"', text)
        if len(values) > 1 and chance.random() < 0.6:
            text = text.replace(
                f'{name}="{chance.choice(values)}"', f'{name}="{chance.choice(values + VALUES)}"', 1
            )
    if chance.random() < 0.2:
        start = chance.randrange(len(text))
        text = text[:start] + text[start + chance.randrange(40) :]
    return text


def outcome(path: Path, owner: User, *, dry_run: bool) -> str:
    """The line of the refusal, or "" for a package that came in."""
    try:
        bring_in(path, owner=owner, dry_run=dry_run)
    except ImportRefused as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("seed", range(2))
def test_chance_damage_is_taken_or_refused(tmp_path: Path, seed: int) -> None:
    chance, owner, outcomes = random.Random(seed), make_instructor(), []
    for number in range(ROUNDS):
        files = {
            n: damaged(f, chance) if isinstance(f, str) else f for n, f in whole_package().items()
        }
        path = make_zip(tmp_path / "a.zip", files)
        outcomes.append(outcome(path, owner, dry_run=number % 3 > 0))

    assert "" in outcomes
    assert not any("\n" in line for line in outcomes)


@pytest.mark.parametrize("seed", range(2))
def test_chance_damage_of_the_archive_is_taken_or_refused(tmp_path: Path, seed: int) -> None:
    chance, owner, outcomes = random.Random(seed), make_instructor(), []
    whole = make_zip(tmp_path / "a.zip", whole_package()).read_bytes()
    for _ in range(ROUNDS):
        data = bytearray(whole)
        data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "a.zip").write_bytes(data)
        outcomes.append(outcome(tmp_path / "a.zip", owner, dry_run=True))

    assert any(outcomes)
    assert not any("\n" in line for line in outcomes)
