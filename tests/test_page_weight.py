"""What the scripts and styles of the pages that are opened most weigh, as they are sent with gzip."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from tests.test_access import GET, Site, make_site, path_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LOADED = re.compile(r'<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.(?:js|css))"')
IMPORTED = re.compile(r"""^(?:import|export)\b(?:[^"';]*?\bfrom)? "(\.[^"]+)";""", re.MULTILINE)
LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
# For whom, and how many bytes at most: what comes with the page, and all that its scripts may load later.
# What they weighed when this was written, and a tenth more.
BUDGETS = {
    "course_list": ("visitor", 13_900, 13_900),
    "student_content_detail": ("enrolled", 31_000, 84_600),
    "chat:course_chat_room": ("enrolled", 58_200, 58_200),
    "course_outline": ("owner", 83_300, 83_300),
}


@pytest.fixture
def site(db: None) -> Site:
    return make_site()


def loaded_by(site: Site, name: str) -> set[Path]:
    """The scripts and styles that a page names."""
    browser = site.browsers[BUDGETS[name][0]]
    text = browser.get(path_of(site, name, GET[name][0])).content.decode()
    names = (url.removeprefix(settings.STATIC_URL) for url in LOADED.findall(text))
    return {Path(str(finders.find(each))) for each in names}


def with_imports(files: set[Path], *patterns: re.Pattern[str]) -> set[Path]:
    """The same with what they import, and what that imports."""
    found, left = set(files), list(files)
    while left:
        script = left.pop()
        text = script.read_text(encoding="utf-8") if script.suffix == ".js" else ""
        named = (path for pattern in patterns for path in pattern.findall(text))
        new = {(script.parent / path).resolve() for path in named} - found
        found |= new
        left += new
    return found


def weight(files: set[Path]) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(each.read_bytes())) for each in files)


@pytest.mark.parametrize("name", BUDGETS)
def test_scripts_and_styles_of_a_page_stay_small(site: Site, name: str) -> None:
    _role, most_at_once, most = BUDGETS[name]
    named = loaded_by(site, name)

    at_once = with_imports(named, IMPORTED)
    later = with_imports(named, IMPORTED, LATER)

    assert {each.suffix for each in at_once} == {".css", ".js"}
    assert weight(at_once) <= most_at_once
    assert weight(later) <= most
