"""The way back that a message may carry."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message

from educa.lib.templatetags.educa import undo_of


def message(tags):
    return Message(constants.SUCCESS, "Deleted.", extra_tags=tags)


def test_message_without_a_way_back_has_none():
    assert undo_of(message("")) == ""
    assert undo_of(message("other")) == ""


def test_way_back_is_a_path_of_this_site():
    assert undo_of(message("undo:/course/content/7/restore/")) == "/course/content/7/restore/"


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "///elsewhere.example/",
        "javascript:alert(1)",
        "course/",
        "",
    ],
)
def test_no_other_site_is_led_to(address):
    assert undo_of(message(f"undo:{address}")) == ""
