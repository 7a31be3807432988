"""What user names may consist of, and when two look the same."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from educa.accounts.models import User
from educa.accounts.names import (
    appearance,
    cleaned_line,
    is_reserved,
    normalized,
    validate_username,
)
from educa.accounts.tests.factories import make_user


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "ada",
        "ada.l-99_x",
        "zoë",
        "иван",
        "νίκος",
        "山田太郎",
        "yamada太郎",
        "김민준",
        "أحمد",
        "सुनीता",
        "7up",
    ],
)
def test_names_of_all_living_scripts_are_fine(name):
    validate_username(name)


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "-ada", ".ada", "a b", "a@b.c", "a/b", "<b>", "a\nb", "a\0b", "admin\u200b", "a\u202eb",
        "\u3164", "a\ufe0fb", "a\U000e0101", "🐎", "x" * 61, "a" + "\u0301" * 9, "pаypal", "αdmin", "иvan",
    ],
)  # fmt: skip
def test_other_names_are_refused(name):
    with pytest.raises(ValidationError):
        validate_username(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "ADMIN"),
        ("admin", "ａｄｍｉｎ"),
        ("scope", "ѕсоре"),
        ("paul", "pau1"),
        ("ann10", "annlo"),
        ("ovo", "ονο"),
        ("ann7", "ann٧"),
        ("straße", "STRASSE"),
    ],
)
def test_names_that_look_alike_are_the_same(one, other):
    assert appearance(one) == appearance(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ann", "anna"), ("a.b", "a-b"), ("ali", "all"), ("zoe", "zoë")]
)
def test_names_that_look_different_are_different(one, other):
    assert appearance(one) != appearance(other)


@pytest.mark.parametrize("name", ["admin", "Admin", "r00t", "EDUCA", "аdmіn", "supp0rt"])
def test_names_of_the_site_itself_are_reserved(name):
    assert is_reserved(name)


@given(st.text(max_size=80))
def test_a_name_is_normalized_once_and_for_all(name):
    assert normalized(normalized(name)) == normalized(name)


@given(st.text(max_size=80))
def test_a_cleaned_line_stays_as_it_is(text):
    try:
        line = cleaned_line(text)
    except ValidationError:
        return
    assert cleaned_line(line) == line


def test_the_database_itself_refuses_a_name_that_looks_alike(db):
    make_user(username="scope")

    with pytest.raises(IntegrityError):
        make_user(username="ѕсоре")


def test_the_database_refuses_it_in_bulk_too(db):
    make_user(username="scope")

    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(username="ѕсоре")])


def test_a_form_tells_that_a_name_looks_like_that_of_another(db):
    make_user(username="scope")

    with pytest.raises(ValidationError) as refusal:
        User(username="ѕсоре", password="x").full_clean()

    assert list(refusal.value.message_dict) == ["username"]


def test_a_person_is_found_by_any_spelling_of_the_name(db):
    user = make_user(username="Ada")

    assert user.username == "ada"
    assert User.objects.get_by_natural_key("ＡＤＡ") == user
