"""The header and the footer: the same for many, and never with somebody else's name or token."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor, make_user

PAGE = "/students/courses/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"')

pytestmark = pytest.mark.django_db


def signed_in(**fields):
    browser = Client()
    browser.force_login(make_user(**fields))
    return browser


def test_each_person_sees_their_own_name():
    ada = signed_in(username="ada", display_name="Ada <b>Example</b>")
    eve = signed_in(username="eve", display_name="Eve Example")

    page, other = ada.get(PAGE), eve.get(PAGE)

    assertContains(page, "<strong>Ada &lt;b&gt;Example&lt;/b&gt;</strong>ada")
    assertNotContains(page, "Eve")
    assertContains(other, "<strong>Eve Example</strong>eve")
    assertNotContains(other, "Ada")


def test_each_answer_has_a_token_of_its_own():
    ada, eve = signed_in(), signed_in()

    pages = [each.get(PAGE).content.decode() for each in (ada, eve, ada, eve)]

    assert len({token for page in pages for token in TOKEN.findall(page)}) == 4


def test_visitor_has_neither_name_nor_token():
    signed_in().get(PAGE)

    page = Client().get(reverse("course_list"))

    assertContains(page, reverse("login"))
    assertNotContains(page, "csrfmiddlewaretoken")
    assertNotContains(page, "account-menu")


def test_who_becomes_an_instructor_finds_the_studio_on_the_next_page():
    instructor = make_instructor()
    groups = list(instructor.groups.all())
    instructor.groups.clear()
    here = Client()
    here.force_login(instructor)
    before = here.get(PAGE)

    instructor.groups.set(groups)

    assertNotContains(before, reverse("manage_course_list"))
    assertContains(here.get(PAGE), reverse("manage_course_list"))


def test_language_is_chosen_by_form_with_the_way_back(settings):
    settings.LANGUAGES = [("en", "English"), ("en-xa", "Accented English")]

    page = signed_in().get(f"{PAGE}?a=%22%3E")

    assertContains(page, 'name="next" value="/students/courses/?a=%22%3E"')
    assertContains(page, '<option value="en" lang="en" selected>')
