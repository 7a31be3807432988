"""The page of a module: its contents, and the steps that are taken there without a script."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content, trash_module
from educa.courses.models import Content, Module, Text
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def module(owner, stored):
    """A module with three contents, beside another module and another course."""
    make_content(title="Not mine")
    course = make_course(owner=owner)
    module = make_module(course)
    for title, kind in [("First", "text"), ("Second", "image"), ("Third", "text")]:
        make_content(module, kind, title=title)
    make_content(make_module(course, title="The other module"), title="Elsewhere")
    return module


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


def url_of(module):
    return reverse("module_content_list", args=[module.pk])


def titles_in(page):
    rows = re.findall(r'<a class="name"[^>]*><bdi>(.*?)</bdi>', page.content.decode())
    return [title.strip() for title in rows]


def titles_of(module):
    return [str(content.item) for content in Content.objects.filter(module=module)]


def press(browser, page, name):
    """Send the button of that name as a browser would: its own address, with the fields of its form."""
    html = page.content.decode()
    button = next(
        tag
        for tag, words in re.findall(r"(<button[^>]*>)(.*?)</button>", html, re.DOTALL)
        if name in re.sub(r"<[^>]*>", "", words)
    )
    fields = dict(re.findall(r'<input type="hidden" name="(module|next)" value="([^"]*)"', html))
    if value := re.search(r'name="(\w+)" value="(\w*)"', button):
        fields[value[1]] = value[2]
    return browser.post(re.search(r'formaction="([^"]+)"', button)[1], fields)


def test_the_contents_stand_in_order_and_lead_to_their_pages(browser, module):
    page = browser.get(url_of(module))

    assert titles_in(page) == ["First", "Second", "Third"]
    second = module.contents.all()[1]
    place = [module.pk, "image", second.object_id]
    assertContains(page, reverse("module_content_update", args=place))
    assertNotContains(page, "Elsewhere")
    assertNotContains(page, "Not mine")


def test_the_modules_of_the_course_stand_beside_with_the_current_one_marked(browser, module):
    page = browser.get(url_of(module)).content.decode()

    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == [url_of(module)]
    assert "The other module" in page


def test_contents_of_one_kind_can_be_listed(browser, module):
    page = browser.get(url_of(module), {"kind": "text"})

    assert titles_in(page) == ["First", "Third"]


@pytest.mark.parametrize("kind", ["", "nothing", "user", "\0", "x" * 5000])
def test_what_is_no_kind_lists_all(browser, module, kind):
    assert len(titles_in(browser.get(url_of(module), {"kind": kind}))) == 3


def test_every_kind_can_be_added(browser, module):
    page = browser.get(url_of(module))

    for kind in ("text", "file", "image", "video"):
        assertContains(page, reverse("module_content_create", args=[module.pk, kind]))


def test_an_empty_module_says_what_to_do(browser, module):
    empty = make_module(module.course)

    assertContains(browser.get(url_of(empty)), "Nothing is in this module yet")


def test_trash_is_not_listed(browser, module):
    trash_content(content=module.contents.first(), by=module.course.owner)
    trash_module(module=Module.objects.get(title="The other module"), by=module.course.owner)

    page = browser.get(url_of(module))

    assert titles_in(page) == ["Second", "Third"]
    assertNotContains(page, "The other module")


def test_a_content_whose_item_is_gone_is_left_out(browser, module):
    Text.objects.filter(title="First").delete()

    assert titles_in(browser.get(url_of(module))) == ["Second", "Third"]


def test_a_content_moves_up(browser, module):
    press(browser, browser.get(url_of(module)), "Move “Third” up")

    assert titles_of(module) == ["First", "Third", "Second"]


def test_a_content_moves_down(browser, module):
    press(browser, browser.get(url_of(module)), "Move “First” down")

    assert titles_of(module) == ["Second", "First", "Third"]


def test_in_a_list_of_one_kind_a_content_moves_past_the_next_one_of_that_kind(browser, module):
    page = browser.get(url_of(module), {"kind": "text"})

    response = press(browser, page, "Move “Third” up")

    assert titles_of(module) == ["Third", "First", "Second"]
    assert response.url == f"{url_of(module)}?kind=text"


def test_the_ends_of_the_list_go_no_further(browser, module):
    page = browser.get(url_of(module)).content.decode()

    assert len(re.findall(r"<button[^>]* disabled>.*?up</span>", page)) == 1
    assert len(re.findall(r"<button[^>]* disabled>.*?down</span>", page)) >= 1


def test_a_content_is_deleted_and_can_be_taken_back(browser, module):
    response = press(browser, browser.get(url_of(module)), "Delete “Second”")

    assert titles_of(module) == ["First", "Third"]
    assert response.url.startswith(url_of(module))


def test_a_content_is_duplicated(browser, module):
    press(browser, browser.get(url_of(module)), "Duplicate “First”")

    assert len(titles_of(module)) == 4


def test_the_panel_of_a_content_renames_it_and_moves_it_elsewhere(browser, module):
    content = module.contents.first()
    other = Module.objects.get(title="The other module")

    page = browser.get(url_of(module), {"open": content.pk})

    assertContains(page, reverse("content_rename", args=[content.pk]))
    assertContains(page, f'<option value="{other.pk}">2. The other module</option>', html=True)


@pytest.mark.parametrize("key", ["", "0", "x", "9" * 40, "\0"])
def test_only_a_content_of_the_list_has_a_panel(browser, module, key):
    page = browser.get(url_of(module), {"open": key})

    assertNotContains(page, "row-panel")


def test_the_page_of_the_list_with_a_content_is_found(browser, module):
    for number in range(100):
        make_content(module, title=f"More {number}")
    last = module.contents.last()

    page = browser.get(url_of(module), {"content": last.pk})

    assert titles_in(page) == ["More 97", "More 98", "More 99"]


def test_places_count_on_over_the_pages_of_the_list(browser, module):
    for number in range(98):
        make_content(module, title=f"More {number}")

    press(browser, browser.get(url_of(module), {"page": 2}), "Move “More 97” up")

    assert titles_of(module)[-2:] == ["More 97", "More 96"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_a_page_that_is_not_there_is_the_nearest(browser, module, page):
    assert browser.get(url_of(module), {"page": page}).status_code == 200


def test_the_module_is_edited_on_its_page(browser, module):
    form = {"title": "Waves", "description": "What moves", "next": url_of(module)}

    response = browser.post(reverse("module_edit", args=[module.pk]), form)

    module.refresh_from_db()
    assert response.url == url_of(module)
    assert (module.title, module.description) == ("Waves", "What moves")


def test_foreign_words_stay_words(browser, module):
    Text.objects.filter(title="First").update(title="<script>alert(1)</script>")
    Module.objects.update(title="<b>Waves</b>", description="<i>x</i>")

    page = browser.get(url_of(module))

    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<b>Waves")
    assertNotContains(page, "<i>x")


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_costs_the_same_however_much_there_is(
    browser, module, django_assert_max_num_queries, number
):
    for _ in range(number):
        make_content(module, "file")
        make_content(module, "video")
        make_content(module)
        make_module(module.course)

    browser.get(url_of(module))  # so that the process knows whose session it is

    with django_assert_max_num_queries(4):
        browser.get(url_of(module))
