"""Making and editing contents: one page for every kind, which works without scripts."""

import re
from io import BytesIO

import PIL.Image
import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import pre_save
from django.urls import reverse
from PIL.Image import Exif
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content
from educa.courses.tests.factories import (
    MP4,
    PDF,
    YOUTUBE,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
    picture,
)

pytestmark = pytest.mark.django_db

KINDS = ["text", "file", "image", "video"]
TOO_LONG = "x" * 251


def upload(name="Paper.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def form_of(kind, **fields):
    """What a browser sends for a new content of that kind."""
    own = {
        "text": {"content": "*Two* tones"},
        "file": {"file": upload()},
        "image": {"file": upload("square.png", picture()), "alt": "A square"},
        "video": {"url": YOUTUBE},
    }
    return {"title": "Beats", **own[kind], **fields}


def create_url(module, kind):
    return reverse("module_content_create", args=[module.pk, kind])


def edit_url(content):
    kind = content.content_type.model
    return reverse("module_content_update", args=[content.module_id, kind, content.object_id])


def words_of(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def module(owner):
    """A module with one content, beside another course."""
    make_content()
    module = make_module(make_course(owner=owner))
    make_content(module, title="The first")
    return module


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_content_of_every_kind_comes_last_in_its_module(browser, module, stored, kind):
    response = browser.post(create_url(module, kind), form_of(kind))

    content = module.contents.last()
    assert response.status_code == 302
    assert (content.content_type.model, content.item.title) == (kind, "Beats")
    assert [each.order for each in module.contents.all()] == [0, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_belongs_to_the_owner_of_the_course_whoever_makes_it(client, module, stored, kind):
    assistant = make_instructor()
    module.course.co_instructors.add(assistant)
    client.force_login(assistant)

    client.post(create_url(module, kind), form_of(kind))

    assert module.contents.last().item.owner == module.course.owner


@pytest.mark.parametrize("kind", KINDS)
def test_editing_changes_the_item_in_its_place(browser, module, stored, kind):
    content = make_content(module, kind, owner=module.course.owner)
    make_content(module)
    form = {name: value for name, value in form_of(kind).items() if name != "file"}

    response = browser.post(edit_url(content), {**form, "title": "Another title"})

    content.refresh_from_db()
    assert response.status_code == 302
    assert (content.order, content.item.title) == (1, "Another title")


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_what_it_edits_and_where_it_is(browser, module, stored, kind):
    content = make_content(module, kind, title="Beats <1>")

    page = browser.get(edit_url(content))

    assertContains(page, "Beats &lt;1&gt;")
    assertContains(page, module.title)
    assertContains(page, module.course.title)
    assertContains(page, f"/content/{content.pk}/")  # to see it as a student


@pytest.mark.parametrize("kind", KINDS)
def test_the_enter_key_saves_whatever_buttons_a_kind_brings(browser, module, kind):
    page = browser.get(create_url(module, kind)).content.decode()

    form = page.partition('id="content-form"')[2]
    first = re.search(r"<button([^>]*)>", form)[1]
    assert "formaction" not in first
    assert "name=" not in first


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_new_content_has_the_fields_of_its_kind(browser, module, kind):
    page = browser.get(create_url(module, kind)).content.decode()

    names = {*re.findall(r' name="([a-z]+)"', page)}
    assert {*next(each for each in kinds() if each.name == kind).form.base_fields} <= names
    assert "seen" not in names


def test_saving_stays_on_the_page_and_says_so(browser, module):
    content = make_content(module)

    response = browser.post(edit_url(content), form_of("text"))

    assert response.url == edit_url(content)
    assert words_of(response) == ["Saved."]


def test_saving_a_new_content_leads_to_its_page(browser, module):
    response = browser.post(create_url(module, "text"), form_of("text"))

    assert response.url == edit_url(module.contents.last())


def test_saving_and_closing_leads_to_the_content_in_the_outline(browser, module):
    content = module.contents.get()

    response = browser.post(edit_url(content), form_of("text", then="close"))

    outline = reverse("course_outline", args=[module.course_id])
    assert response.url == f"{outline}#content-{content.pk}"


def test_saving_can_lead_to_the_next_new_content_of_the_kind(browser, module):
    response = browser.post(create_url(module, "text"), form_of("text", then="another"))

    assert response.url == create_url(module, "text")
    assert module.contents.count() == 2


def test_the_neighbors_are_one_press_away_across_modules(browser, module):
    last = make_content(module, "image", title="The last of the first module")
    elsewhere = make_content(make_module(module.course), title="The first of the second module")
    first = module.contents.first()

    page = browser.get(edit_url(last))

    assertContains(page, f'href="{edit_url(first)}" rel="prev"')
    assertContains(page, f'href="{edit_url(elsewhere)}" rel="next"')


def test_neither_the_trash_nor_other_courses_are_neighbors(browser, module):
    trash_content(content=make_content(module), by=module.course.owner)

    page = browser.get(edit_url(module.contents.get()))

    assertNotContains(page, 'rel="next"')
    assertNotContains(page, 'rel="prev"')


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_is_said_beside_what_was_typed(browser, module, stored, kind):
    response = browser.post(create_url(module, kind), form_of(kind, title=TOO_LONG))

    assertContains(response, f'value="{TOO_LONG}"')
    assertContains(response, 'id="id_title_error"')
    assert module.contents.count() == 1
    assert stored() == []


def test_a_file_that_was_fine_has_to_be_chosen_again_and_the_page_says_so(browser, module, stored):
    response = browser.post(create_url(module, "file"), form_of("file", title=""))

    assertContains(response, "Choose <bdi>Paper.pdf</bdi> once more")


def test_a_file_that_is_not_allowed_leaves_the_rest_as_it_was_typed(browser, module, stored):
    form = form_of("image", file=upload("square.png", b"<html>"), caption="In blue")

    response = browser.post(create_url(module, "image"), form)

    assertContains(response, 'id="id_file_error"')
    assertContains(response, 'value="In blue"')
    assertNotContains(response, "once more")
    assert stored() == []


def test_an_error_in_an_edited_content_keeps_its_title_in_the_heading(browser, module):
    content = make_content(module, title="Beats")

    response = browser.post(edit_url(content), form_of("text", title=""))

    assertContains(response, "<h1><bdi>Beats</bdi></h1>")


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Does what waits for the end of a transaction, which a test's never has."""
    return django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def broken_save():
    """Contents can't be saved: what only the model knows is wrong."""

    def refuse(**kwargs):
        raise ValidationError("Not today.")

    pre_save.connect(refuse, sender=Content)
    yield
    pre_save.disconnect(refuse, sender=Content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_save_that_fails_keeps_what_was_typed_and_no_file(
    browser, module, stored, broken_save, kind
):
    response = browser.post(create_url(module, kind), form_of(kind))

    assertContains(response, "Not today.")
    assertContains(response, 'value="Beats"')
    assert stored() == []
    assert module.contents.get().item.title == "The first"


def test_another_file_takes_the_place_of_the_first(browser, module, stored, commit):
    content = make_content(module, "file")
    before = stored()

    with commit:
        browser.post(edit_url(content), {"title": "New", "file": upload("New.pdf")})

    content.item.refresh_from_db()
    assert content.item.name == "New.pdf"
    assert len(stored()) == 1
    assert stored() != before


def test_a_file_stays_when_no_other_is_sent(browser, module, stored):
    content = make_content(module, "file")
    before = stored()

    browser.post(edit_url(content), {"title": "New"})

    assert stored() == before


def test_the_page_leads_to_the_file_that_is_there(browser, module, stored):
    content = make_content(module, "file")

    assertContains(browser.get(edit_url(content)), content.item.file_url)


def test_a_video_becomes_a_link_when_its_file_is_taken_away(browser, module, stored, commit):
    content = make_content(module, item=make_uploaded_video(owner=module.course.owner))
    form = {"title": "Film", "url": YOUTUBE, "file-clear": "on"}

    with commit:
        response = browser.post(edit_url(content), form)

    content.item.refresh_from_db()
    assert response.status_code == 302
    assert (content.item.url, content.item.file.name) == (YOUTUBE, "")
    assert stored() == []


def test_a_link_beside_the_file_of_a_video_is_a_question(browser, module, stored):
    content = make_content(module, item=make_uploaded_video(owner=module.course.owner))

    response = browser.post(edit_url(content), {"title": "Film", "url": YOUTUBE})

    assertContains(response, "Give a link or a file, one of the two.")
    assertContains(response, f'value="{YOUTUBE}"')
    assert len(stored()) == 1


def test_a_video_by_link_becomes_one_with_a_file(browser, module, stored):
    content = make_content(module, "video")

    browser.post(edit_url(content), {"title": "Film", "url": "", "file": upload("f.mp4", MP4)})

    content.item.refresh_from_db()
    assert (content.item.url, content.item.media_type) == ("", "video/mp4")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_the_fields_of_the_form_can_be_set(browser, module, stored, kind):
    other = make_content()
    content = make_content(module, kind)
    model = type(content.item)
    form = next(each for each in kinds() if each.name == kind).form
    names = {field.name for field in model._meta.get_fields()} | {
        *("id", "pk", "user", "order", "module", "module_id", "content_type", "object_id"),
        *("owner_id", "course", "trashed_at", "trashed_by"),
    }
    before = model.objects.filter(pk=content.object_id).values().get()
    place = Content.objects.filter(pk=content.pk).values().get()
    sent = dict.fromkeys(names - {*form.base_fields}, str(other.module.course.owner_id))

    browser.post(edit_url(content), {**sent, "title": "Changed", "url": before.get("url", "")})

    after = model.objects.filter(pk=content.object_id).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {*form.base_fields, "updated"}
    assert after["title"] == "Changed"
    assert Content.objects.filter(pk=content.pk).values().get() == place


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_content_takes_neither_owner_nor_place_nor_path_from_the_request(
    browser, module, stored, kind
):
    other = make_content()
    sent = {
        "owner": other.item.owner_id,
        "module": other.module_id,
        "order": 0,
        "id": other.pk,
        "object_id": other.object_id,
        "content_type": other.content_type_id,
        "pk": other.pk,
        "name": "../x",
        "size": 7,
        "media_type": "text/html",
        "width": 7,
        "height": 7,
    }

    browser.post(create_url(module, kind), {**sent, **form_of(kind)})

    made = module.contents.last()
    assert made.item.owner == module.course.owner
    assert made.order == 1
    assert other.module.contents.get() == other
    assert getattr(made.item, "size", 8) != 7
    assert getattr(made.item, "media_type", "") != "text/html"
    assert all(re.fullmatch(r"[a-z]+/[0-9a-f]{32}[.0-9a-z]*", name) for name in stored())


@pytest.mark.parametrize("path", ["", "../../x.pdf", "file/0.pdf", "/etc/passwd"])
def test_a_path_is_no_file(browser, module, stored, path):
    content = make_content(module, "file")
    before = content.item.file.name

    browser.post(edit_url(content), {"title": "New", "file": path})

    content.item.refresh_from_db()
    assert content.item.file.name == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [1, 10])
def test_the_page_costs_the_same_however_much_is_around_it(
    browser, module, stored, django_assert_max_num_queries, kind, number
):
    content = make_content(module, kind)
    for _ in range(number):
        make_content(make_module(module.course))
        make_content(module)

    with django_assert_max_num_queries(16):
        browser.get(edit_url(content))


@pytest.mark.parametrize("kind", ["file", "image"])
def test_a_photograph_tells_no_more_where_it_was_taken(browser, module, kind):
    exif = Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 5.0, 12.5)})
    out = BytesIO()
    PIL.Image.new("RGB", (16, 12)).save(out, "JPEG", exif=exif)

    browser.post(create_url(module, kind), form_of(kind, file=upload("photo.jpg", out.getvalue())))

    item = module.contents.last().item
    with item.file.open() as stored, PIL.Image.open(stored) as kept:
        assert not kept.getexif()


def test_a_file_that_is_no_whole_picture_is_refused_beside_its_field(browser, module):
    damaged = picture("JPEG", 64, 64)[:200]

    response = browser.post(
        create_url(module, "file"), form_of("file", file=upload("photo.jpg", damaged))
    )

    assert response.context["form"].errors["file"]
