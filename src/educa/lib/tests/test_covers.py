"""Generated covers: the same for the same slug, small, and free of anything to execute."""

from xml.etree import ElementTree as ET

import pytest

from educa.lib.covers import HUES, cover_svg, hue_of

SLUGS = [f"course-{number}" for number in range(300)]


def test_a_slug_always_gives_the_same_cover():
    first = cover_svg("waves-and-light", 35)
    cover_svg.cache_clear()

    assert cover_svg("waves-and-light", 35) == first


def test_courses_of_one_subject_look_different():
    assert len({cover_svg(slug, 160) for slug in SLUGS}) == len(SLUGS)


def test_a_cover_is_less_than_700_bytes():
    assert max(len(cover_svg(slug, 265).encode()) for slug in SLUGS) < 700


def test_a_cover_needs_no_style_attribute_and_is_hidden_from_screen_readers():
    drawing = ET.fromstring(cover_svg("thinking-in-proofs", 265))

    assert drawing.get("aria-hidden") == "true"
    assert not any("style" in element.attrib for element in drawing.iter())


def test_a_hostile_slug_leaves_no_trace_in_the_markup():
    assert "script" not in cover_svg('"><script>alert(1)</script>', 35)


def test_the_subjects_of_the_fixture_are_told_apart_by_hue():
    subjects = ["mathematics", "music", "physics", "programming"]

    assert [hue_of(slug) for slug in subjects] == [265, 345, 35, 160]


@pytest.mark.parametrize("slug", ["", "a", "Überraschung", "x" * 500])
def test_any_subject_has_a_hue_of_the_palette(slug):
    assert hue_of(slug) in HUES
