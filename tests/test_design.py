"""The design system: colors that can be read, and built files that match their sources."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/educa/static/educa"
TEXT = 4.5  # the contrast that WCAG asks of text
EDGE = 3.0  # and of what shows where a control is

GROUNDS = ["paper", "surface", "sunken"]
TEXTS = [
    *[(text, ground) for text in ["ink", "ink-2", "accent", "danger"] for ground in GROUNDS],
    *[
        (f"code-{part}", "sunken")
        for part in ["keyword", "string", "number", "name", "type", "comment"]
    ],
    *[(tone, f"{tone}-wash") for tone in ["success", "warning", "danger", "info", "accent"]],
    *[("ink", f"{tone}-wash") for tone in ["success", "warning", "danger", "info", "accent"]],
    *[("ink-2", "accent-wash"), ("accent-strong", "accent-wash"), ("ink", "mark")],
    *[("accent-ink", "accent"), ("accent-ink", "accent-strong")],
    *[("danger-ink", "danger"), ("danger-ink", "danger-strong")],
    *[("warning", "surface"), ("paper", "ink")],
]
EDGES = [(edge, ground) for edge in ["edge", "accent", "danger"] for ground in GROUNDS]


def tokens() -> dict[str, tuple[str, str]]:
    """Read each color as it is on a light and on a dark page."""
    text = (STATIC / "css/tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: (light, dark) for name, light, dark in found}


def luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def assets() -> ModuleType:
    """Load the build script, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("assets", ROOT / "tools/assets.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_every_text_can_be_read_on_its_ground(text, ground, theme):
    colors = tokens()

    assert contrast(colors[text][theme], colors[ground][theme]) >= TEXT


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_the_edge_of_every_control_can_be_seen(edge, ground, theme):
    colors = tokens()

    assert contrast(colors[edge][theme], colors[ground][theme]) >= EDGE


@pytest.mark.parametrize("name", ["educa.css", "studio.css", "chat.css"])
def test_a_style_sheet_is_what_its_sources_give(name):
    assert (STATIC / name).read_text(encoding="utf-8") == assets().build_css()[name]


def test_the_sprite_holds_the_icons_that_the_build_names():
    drawn = re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8"))

    assert drawn == sorted(assets().ICONS)


def test_every_icon_that_a_template_names_is_in_the_sprite():
    templates = (ROOT / "src/educa").rglob("templates/**/*.html")
    named = {
        name
        for path in templates
        for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text(encoding="utf-8"))
    }

    assert named
    assert named <= set(assets().ICONS)


@pytest.mark.parametrize(
    "path", sorted((STATIC / "css").rglob("*.css")), ids=lambda path: path.name
)
def test_styles_follow_the_direction_of_reading(path):
    physical = r"(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|width|height)\s*:"

    assert not re.search(physical, path.read_text(encoding="utf-8"))


def test_the_fonts_that_every_page_loads_are_small():
    loaded = ["inter-latin.woff2", "source-serif-latin.woff2"]

    assert sum((STATIC / "fonts" / name).stat().st_size for name in loaded) <= 70 * 1024


@pytest.mark.parametrize("code", [400, 500, 503, 507])
def test_the_worst_errors_are_shown_without_a_request_or_a_database(code):
    page = render_to_string(f"{code}.html")

    assert f'<p class="code-number">{code}</p>' in page
    assert f'href="{reverse("course_list")}"' in page
