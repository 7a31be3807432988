"""Copies of contents, modules and courses."""

from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import (
    OutlineChanged,
    copy_content,
    copy_course,
    copy_module,
    trash_content,
    trash_course,
    trash_module,
)
from educa.courses.actions.copying import title_of_copy
from educa.courses.models import CaptionTrack, Content, Course, Module, Text
from educa.courses.tests.factories import (
    PDF,
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_image,
    make_module,
    make_uploaded_video,
    picture,
)

pytestmark = pytest.mark.django_db
COMMITTED = pytest.mark.django_db(transaction=True)


def titles(module):
    return [content.item.title for content in module.contents.order_by("order")]


def player(course, module=None, content=None):
    place = f"/students/course/{course.pk}/"
    if content:
        return f"{place}content/{content.pk}/"
    return f"{place}{module.pk}/" if module else place


def test_copy_of_a_content_comes_right_behind_it():
    module = make_module()
    first = make_content(module, title="Waves")
    make_content(module, title="Tides")

    copy = copy_content(content=first)

    assert titles(module) == ["Waves", "Waves (copy)", "Tides"]
    assert (copy.module, copy.order, copy.item.content) == (module, 1, first.item.content)


def test_copy_belongs_to_the_owner_of_the_course():
    content = make_content()
    Text.objects.update(owner=make_instructor())

    copy = copy_content(content=content)

    assert copy.item.owner == content.module.course.owner


@COMMITTED
def test_copy_has_a_file_of_its_own(stored):
    content = make_content(item=make_file(data=b"%PDF-1.4 waves"))

    copy = copy_content(content=content)

    assert copy.item.file.name != content.item.file.name
    assert (copy.item.name, copy.item.size) == (content.item.name, content.item.size)
    content.delete()
    assert stored() == [copy.item.file.name]
    with default_storage.open(copy.item.file.name) as file:
        assert file.read() == b"%PDF-1.4 waves"
    copy.delete()


def test_copy_of_a_file_takes_no_room_on_the_disk():
    content = make_content(item=make_file())

    copy = copy_content(content=content)

    path = Path(default_storage.path(content.item.file.name))
    assert path.samefile(default_storage.path(copy.item.file.name))


@COMMITTED
def test_copy_of_a_picture_has_the_smaller_ones_too(stored):
    content = make_content(item=make_image(data=picture("JPEG", 1000, 600), name="a.jpg"))
    before = stored()

    copy = copy_content(content=content)

    stem, old = copy.item.file.name.partition(".")[0], content.item.file.name.partition(".")[0]
    added = [name for name in stored() if name not in before]
    assert added == [name.replace(old, stem) for name in before]
    content.module.delete()


def test_copy_of_a_video_has_captions_of_its_own():
    video = make_uploaded_video()
    track = make_captions(video, language="de", label="Deutsch")
    content = make_content(item=video)

    copy = copy_content(content=content)

    (copied,) = CaptionTrack.objects.filter(video=copy.item)
    assert (copied.language, copied.label) == ("de", "Deutsch")
    assert copied.file.name != track.file.name
    assert default_storage.exists(copied.file.name)


def test_file_that_the_storage_has_lost_does_not_stop_a_copy():
    content = make_content(item=make_file())
    default_storage.delete(content.item.file.name)

    copy = copy_content(content=content)

    assert not default_storage.exists(copy.item.file.name)


class Interrupted(Exception):
    """What happens in the middle of a step."""


@COMMITTED
def test_files_of_a_copy_that_was_not_committed_go(stored):
    course = make_course()
    make_content(make_module(course), item=make_file())
    make_attachment(course)
    before = stored()

    with suppress(Interrupted), transaction.atomic():
        copy_course(course=course, owner=course.owner)
        during = stored()
        raise Interrupted

    assert (len(during), stored()) == (2 * len(before), before)
    course.delete()


def test_history_of_a_text_stays_with_it():
    content = make_content()
    content.item.remember(author=content.item.owner)
    content.item.drafts.create(author=content.item.owner, module=content.module)

    copy = copy_content(content=content)

    assert not copy.item.versions.exists()
    assert not copy.item.drafts.exists()


def test_content_in_the_trash_is_not_copied():
    content = make_content()
    trash_content(content=content, by=content.item.owner)

    with pytest.raises(OutlineChanged):
        copy_content(content=content)


def test_empty_place_is_not_copied():
    content = make_content()
    Text.objects.all()._raw_delete("default")

    with pytest.raises(ValidationError, match="nothing here"):
        copy_content(content=Content.objects.get(pk=content.pk))


@COMMITTED
def test_copy_beyond_the_quota_is_refused(settings, stored):
    content = make_content(item=make_file(data=PDF * 20))
    before = stored()
    settings.EDUCA_COURSE_QUOTA = 30 * len(PDF)

    with pytest.raises(ValidationError, match="no room"):
        copy_content(content=content)

    assert stored() == before
    content.module.delete()


def test_copying_notes_that_the_course_has_changed():
    content = make_content()
    before = Course.objects.get().updated

    copy_content(content=content)

    assert Course.objects.get().updated > before


def test_copy_of_a_module_comes_right_behind_it_with_its_contents():
    course = make_course()
    module = make_module(course, title="Waves", description="What moves.")
    for title in ("Crest", "Trough"):
        make_content(module, title=title)
    make_module(course, title="Tides")

    copy = copy_module(module=module)

    in_order = Module.objects.filter(course=course).values_list("title", flat=True)
    assert list(in_order) == ["Waves", "Waves (copy)", "Tides"]
    assert (copy.order, copy.description) == (1, "What moves.")
    assert titles(copy) == ["Crest", "Trough"]
    assert titles(module) == ["Crest", "Trough"]


def test_what_is_in_the_trash_is_not_copied():
    module = make_module()
    for title in ("Crest", "Trough"):
        make_content(module, title=title)
    trash_content(content=module.contents.first(), by=module.course.owner)

    assert titles(copy_module(module=module)) == ["Trough"]


def test_links_within_a_module_lead_from_copy_to_copy():
    module = make_module()
    target = make_content(module)
    elsewhere = make_content(make_module(module.course))
    inside, outside = (player(module.course, c.module, c) for c in (target, elsewhere))
    make_content(module, content=f"[Here]({inside}) and [there]({outside}).")

    copy = copy_module(module=module)

    first, second = copy.contents.order_by("order")
    led = player(module.course, copy, first)
    assert second.item.content == f"[Here]({led}) and [there]({outside})."


def test_module_in_the_trash_is_not_copied():
    module = make_module()
    trash_module(module=module, by=module.course.owner)

    with pytest.raises(OutlineChanged):
        copy_module(module=module)


@pytest.fixture
def course():
    """A course that somebody studies."""
    course = make_course(title="Waves", overview="About *waves*.", published_at=None)
    course.students.add(make_user())
    course.co_instructors.add(make_instructor())
    return course


def test_copy_of_a_course_is_a_draft_of_who_copies_it(course):
    colleague = make_instructor()

    copy = copy_course(course=course, owner=colleague)

    assert (copy.title, copy.slug, copy.owner) == ("Waves (copy)", "waves-copy", colleague)
    assert (copy.status, copy.published_at) == (Course.Status.DRAFT, None)
    assert (copy.subject, copy.overview) == (course.subject, course.overview)


def test_people_stay_with_the_original(course):
    copy = copy_course(course=course, owner=course.owner)

    assert not copy.students.exists()
    assert not copy.co_instructors.exists()
    assert course.students.count() == course.co_instructors.count() == 1


def test_copy_of_a_course_has_everything_in_the_same_order(course):
    for title in ("Crest", "Trough"):
        module = make_module(course, title=title)
        for kind in ("text", "file", "image", "video"):
            make_content(module, kind, title=f"{title} {kind}")

    copy = copy_course(course=course, owner=course.owner)

    modules, copies = course.modules.order_by("order"), copy.modules.order_by("order")
    assert [module.title for module in copies] == ["Crest", "Trough"]
    assert [titles(module) for module in copies] == [titles(module) for module in modules]
    assert not {c.item for c in contents_of(course)} & {c.item for c in contents_of(copy)}


def contents_of(course):
    return list(Content.objects.filter(module__course=course).in_reading_order())


def test_items_of_the_copy_belong_to_its_owner(course):
    make_content(make_module(course))
    colleague = make_instructor()

    copy = copy_course(course=course, owner=colleague)

    assert [content.item.owner for content in contents_of(copy)] == [colleague]
    assert [content.item.owner for content in contents_of(course)] == [course.owner]


def test_attachments_and_cover_are_copied(course):
    make_attachment(course, instructors_only=True)
    course.cover.save("cover.png", ContentFile(picture()))

    copy = copy_course(course=course, owner=course.owner)

    (attachment,) = copy.attachments.all()
    assert attachment.instructors_only
    names = {row.file.name for row in (attachment, course.attachments.get())}
    names |= {copy.cover.name, course.cover.name}
    assert len(names) == 4
    assert all(map(default_storage.exists, names))


def test_texts_of_the_copy_lead_to_the_copy(course):
    module = make_module(course)
    target = make_content(module)
    attachment = make_attachment(course)
    file = make_content(module, item=make_file(owner=course.owner))
    paper = file.item.file_url
    course.overview = f"[Begin]({player(course)}) with [this]({course.get_absolute_url()})."
    course.save()
    make_content(
        module,
        format="html",
        content=(
            f'<a href="{player(course, module, target)}#c-end">a</a>'
            f'<a href="{player(course, module)}">b</a>'
            f'<img src="{attachment.get_absolute_url()}" alt="c"><a href="{paper}?download">d</a>'
        ),
    )

    copy = copy_course(course=course, owner=course.owner)

    target_copy, file_copy, text = contents_of(copy)
    assert copy.overview == f"[Begin]({player(copy)}) with [this](/course/{copy.slug}/)."
    assert Course.objects.get(pk=copy.pk).overview == copy.overview
    parts = [
        f'href="{player(copy, target_copy.module, target_copy)}#c-end"',
        f'href="{player(copy, target_copy.module)}"',
        f'src="{copy.attachments.get().get_absolute_url()}"',
        f'href="{file_copy.item.file_url}?download"',
    ]
    assert [part for part in parts if part not in text.item.content] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org{player}",  # another site
        "{player}99999999999/",  # no module of the course
        "{player}content/99999999999/",  # no content of it
        "{player}{module}/?content=99999999999",
        "/archive{player}",  # another place
        "{page}x",
        "/media/attachment/00000000000000000000000000000000.png",
    ],
)
def test_other_addresses_stay_as_they_are(course, address):
    module = make_module(course)
    page = course.get_absolute_url()
    text = f"[A]({address.format(player=player(course), module=module.pk, page=page)})"
    make_content(module, content=text)

    copy = copy_course(course=course, owner=course.owner)

    assert contents_of(copy)[0].item.content == text


def test_old_address_of_a_content_becomes_that_of_the_copy(course):
    module = make_module(course)
    target = make_content(module)
    make_content(module, content=f"[A]({player(course, module)}?content={target.pk}#c-end)")

    copy = copy_course(course=course, owner=course.owner)

    target_copy, text = contents_of(copy)
    assert text.item.content == f"[A]({player(copy, module, target_copy)}#c-end)"


def test_address_with_the_name_of_this_site_becomes_one_of_the_copy(course, settings):
    settings.ALLOWED_HOSTS = ["learn.example.org"]
    make_content(make_module(course), content=f"See https://learn.example.org{player(course)}.")

    copy = copy_course(course=course, owner=course.owner)

    text = contents_of(copy)[0].item.content
    assert text == f"See https://learn.example.org{player(copy)}."


def test_course_is_copied_for_an_instructor_only(course):
    with pytest.raises(ValidationError, match="no instructor"):
        copy_course(course=course, owner=make_user())

    assert Course.objects.get() == course


def test_course_in_the_trash_is_not_copied(course):
    trash_course(course=course, by=course.owner)

    with pytest.raises(OutlineChanged):
        copy_course(course=course, owner=course.owner)


def test_copies_of_a_course_have_addresses_of_their_own(course):
    slugs = [copy_course(course=course, owner=course.owner).slug for _ in range(3)]

    assert slugs == ["waves-copy", "waves-copy-2", "waves-copy-3"]


def test_cost_of_copying_a_course_does_not_grow_with_it(django_assert_max_num_queries):
    def course_of(number):
        course = make_course()
        for _ in range(number):
            make_content(make_module(course), content=player(course))
            make_content(make_module(course), item=make_file(owner=course.owner))
        return course

    with django_assert_max_num_queries(60) as small:
        copy_course(course=course_of(1), owner=make_instructor())
    large = course_of(10)
    with django_assert_max_num_queries(len(small)):
        copy_course(course=large, owner=make_instructor())


def test_long_title_is_cut_so_that_the_mark_fits():
    title = title_of_copy("x" * 200, 200)

    assert len(title) == 200
    assert title.endswith("x… (copy)")
