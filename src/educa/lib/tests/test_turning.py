"""Addresses that are turned around once."""

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix

from educa.lib.paths import path_of


@pytest.mark.once
@pytest.mark.parametrize("name", ["cover/a b.png", "cover/ä&'+;=.png", "cover/%2e?#.png"])
def test_it_gives_what_turning_around_gives(name):
    assert path_of("media", name) == reverse("media", args=[name])


@pytest.mark.once
def test_it_knows_below_which_address_the_site_is():
    before = get_script_prefix()
    set_script_prefix("/learn/")
    try:
        assert path_of("course_detail", "waves") == "/learn/course/waves/"
    finally:
        set_script_prefix(before)
