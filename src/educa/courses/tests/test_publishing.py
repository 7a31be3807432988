"""What is looked at before a course is published, and the steps from one status to another."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import (
    archive_course,
    publish_course,
    trash_content,
    trash_course,
    trash_module,
    unpublish_course,
)
from educa.courses.kinds.findings import ItemFinding, Matter, Severity
from educa.courses.models import Course, Text
from educa.courses.publishing import SHOWN, checklist_of
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_image,
    make_module,
    make_uploaded_video,
    make_video,
    picture,
)

pytestmark = pytest.mark.django_db

DRAFT, PUBLISHED, ARCHIVED = Course.Status.DRAFT, Course.Status.PUBLISHED, Course.Status.ARCHIVED


@pytest.fixture
def course():
    """A draft with nothing amiss."""
    course = make_course(status=DRAFT, overview="About *waves*.", title="Waves")
    make_content(make_module(course))
    return course


@pytest.fixture
def module(course):
    return course.modules.get()


def matters(course):
    return [str(group.matter.words) for group in checklist_of(course)]


def player(course, module, content=None):
    place = f"/students/course/{course.pk}/"
    return f"{place}content/{content.pk}/" if content else f"{place}{module.pk}/"


def written(module, text):
    """What is found in a course with that text."""
    make_content(module, content=text)
    return [
        (str(group.matter.words), finding.address, str(finding.detail))
        for group in checklist_of(module.course)
        for finding in group.findings
    ]


def test_nothing_is_amiss_in_a_whole_course(course):
    assert checklist_of(course) == []


def test_course_without_a_module_has_a_problem():
    (group, _advice) = checklist_of(make_course())

    assert (str(group.matter.words), group.is_problem) == ("No module", True)


def test_course_with_nothing_in_its_modules_has_one_problem():
    course = make_course(overview="About waves.")
    for _ in range(2):
        make_module(course)

    (group,) = checklist_of(course)

    assert (str(group.matter.words), group.is_problem) == ("Nothing to read", True)


def test_what_is_in_the_trash_does_not_count(course, module):
    make_content(make_module(course), item=make_image(alt=""))
    for each in course.modules.all():
        trash_module(module=each, by=course.owner)

    assert matters(course) == ["No module"]


def test_empty_module_is_advice(course):
    empty = make_module(course)

    (group,) = checklist_of(course)

    (finding,) = group.findings
    assert (str(group.matter.words), group.is_problem) == ("Empty modules", False)
    assert (finding.place.part.pk, finding.place.entry) == (empty.pk, None)


def test_overview_is_asked_for(course):
    course.overview = " \n"

    assert matters(course) == ["No overview"]


def test_content_whose_item_is_gone_is_told(course, module):
    make_content(module)
    Text.objects.filter(contents=module.contents.last())._raw_delete("default")

    (group,) = checklist_of(course)

    assert str(group.matter.words) == "Contents that are gone"
    assert group.findings[0].place.part.pk == module.pk


def test_picture_needs_an_alternative_text(course, module):
    content = make_content(module, item=make_image(alt=""))
    make_content(module, item=make_image(alt="A wave"))

    (group,) = checklist_of(course)

    (finding,) = group.findings
    assert str(group.matter.words) == "Pictures without alternative text"
    assert (finding.place.entry.pk, finding.place.item) == (content.pk, content.item.pk)


def test_picture_that_decorates_needs_no_alternative_text(course, module):
    make_content(module, item=make_image(alt="", decorative=True))

    assert checklist_of(course) == []


def test_uploaded_film_needs_captions(course, module):
    silent = make_content(module, item=make_uploaded_video())
    spoken = make_uploaded_video()
    make_captions(spoken)
    for video in (spoken, make_video()):
        make_content(module, item=video)

    (group,) = checklist_of(course)

    assert str(group.matter.words) == "Videos without captions"
    assert [finding.place.entry.pk for finding in group.findings] == [silent.pk]


@pytest.mark.parametrize(
    "text",
    [
        "![]({0})",
        "![ ]({0} 'Waves')",
        "[![]({0})](https://example.org)",
        '<img src="{0}">',
        "<img src={0} alt>",
    ],
)
def test_picture_in_a_text_needs_an_alternative_text(module, text):
    address = make_attachment(module.course).get_absolute_url()

    found = written(module, text.format(address))

    assert found == [("Pictures without alternative text", address, "")]


@pytest.mark.parametrize("text", ['<img src="{0}" alt="">', "a <img alt=' ' src={0}> b"])
def test_picture_in_a_text_that_is_marked_as_decoration_is_fine(module, text):
    address = make_attachment(module.course).get_absolute_url()

    assert written(module, text.format(address)) == []


@pytest.mark.parametrize(
    "text", ["![A wave]({0})", '<img alt="a > b" src="{0}">', "`![]({0})`", "```\n![]({0})\n```"]
)
def test_picture_that_says_what_it_shows_is_fine(module, text):
    address = make_attachment(module.course).get_absolute_url()

    assert written(module, text.format(address)) == []


def test_links_to_what_students_can_open_are_fine(course, module):
    content, file = make_content(module), make_content(module, item=make_file())
    other = make_course()
    addresses = [
        player(course, module),
        player(course, module, content),
        f"{player(course, module, content)}#c-end",
        f"{player(course, module)}?content={content.pk}",
        f"?content={content.pk}",
        f"/students/course/{course.pk}/",
        f"/students/course/{course.pk}?content={content.pk}",
        course.get_absolute_url(),
        other.get_absolute_url(),
        make_attachment(course).get_absolute_url(),
        f"{file.item.file_url}?download",
        "/",
        "/students/courses/",
        "https://example.org/students/course/1/2/",
        "mailto:somebody@example.org",
        "http://[broken",
    ]

    assert written(module, " ".join(f"[a]({address})" for address in addresses)) == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/nowhere/", "There is nothing"),
        ("page.html", "There is nothing"),
        ("/students/course/{course}/99999/", "There is nothing"),
        ("/students/course/{course}/content/99999/", "There is nothing"),
        ("/students/course/{other}/content/{content}/", "not part of this course"),
        ("/students/course/{course}/{module}/?content=99999", "There is nothing"),
        ("/students/course/{course}/{empty}/?content={content}", "There is nothing"),
        (f"/students/course/{{course}}/?content={'9' * 40}", "There is nothing"),
        ("/students/course/{other}/", "not part of this course"),
        ("/course/no-such-course/", "no published course"),
        ("/course/{draft}/", "no published course"),
        ("/media/{others_file}", "not uploaded"),
        ("/media/attachment/none.png", "not uploaded"),
        ("/media/file/%00.pdf", "not uploaded"),
        ("/media/file/%ED%A0%80.pdf", "not uploaded"),
        ("/media/{secret}", "instructors only"),
        ("/admin/", "instructors only"),
    ],
)
def test_links_that_students_can_not_open_are_told(course, module, address, reason):
    empty, other, draft = make_module(course), make_course(), make_course(status=DRAFT)
    make_content(empty)
    address = address.format(
        course=course.pk,
        module=module.pk,
        content=module.contents.get().pk,
        empty=empty.pk,
        other=other.pk,
        draft=draft.slug,
        others_file=make_attachment(other).file.name,
        secret=make_attachment(course, instructors_only=True).file.name,
    )

    ((words, found, detail),) = written(module, f"[a]({address})")

    assert (words, found) == ("Links that lead nowhere", address)
    assert reason in detail


@pytest.mark.parametrize(
    "form", ["<a href='{0}'>a</a>", "[a]: {0}", "[a]: <{0}> 'b'", "[a](<{0}> 'b')"]
)
def test_links_are_found_however_they_are_written(module, form):
    assert [found[1] for found in written(module, form.format("/nowhere/"))] == ["/nowhere/"]


@pytest.mark.parametrize("text", ["[^1]: Light crosses it.", "[Note]: this is no link"])
def test_what_only_looks_like_a_link_is_none(module, text):
    assert written(module, text) == []


def test_link_with_the_name_of_this_site_is_one_of_its_own(module, settings):
    settings.ALLOWED_HOSTS = ["learn.example.org"]

    found = written(module, "[a](https://learn.example.org/nowhere/)")

    assert [address for _words, address, _detail in found] == ["https://learn.example.org/nowhere/"]


TEXT_WITH_PARTS = """## Über uns

### Again

### Again

Words[^1] and <a id="mark">a mark</a>.

[^1]: A note.

"""


@pytest.mark.parametrize(
    "address",
    ["#über-uns", "#%C3%BCber-uns", "#c-again", "#again-1", "#fn1", "#fnref1", "#mark", "#"],
)
def test_link_to_a_part_of_its_own_text_is_fine(module, address):
    assert written(module, f"{TEXT_WITH_PARTS}[there]({address})") == []


@pytest.mark.parametrize("address", ["#again-2", "#fn2", "#Again", "#top"])
def test_link_to_a_part_that_its_text_does_not_have_is_told(module, address):
    ((words, told, detail),) = written(module, f"{TEXT_WITH_PARTS}[there]({address})")

    assert (words, told) == ("Links that lead nowhere", address)
    assert detail == "No heading of this text has this address."


def test_parts_of_a_text_in_html_and_of_the_overview_are_known(course, module):
    make_content(module, format="html", content='<h2 id="a">A</h2><a href="#a">a</a>')
    make_content(module, format="html", content='## B\n<a href="#b">b</a>')
    course.overview = "## C\n\n[c](#c) [d](#d)"

    (group,) = checklist_of(course)

    assert [finding.address for finding in group.findings] == ["#d", "#c-b"]


def test_link_to_what_is_in_the_trash_is_told(course, module):
    content = make_content(module)
    trash_content(content=content, by=course.owner)

    ((words, _address, _detail),) = written(module, f"[a]({player(course, module, content)})")

    assert words == "Links that lead nowhere"


@pytest.mark.parametrize("address", ["https://example.org/a.png", "a.png", "data:image/png,a"])
def test_pictures_from_elsewhere_are_told(module, address):
    ((words, _address, detail),) = written(module, f"![A wave]({address})")

    assert words == "Pictures that don't show"
    assert "not uploaded" in detail


def test_smaller_one_of_a_picture_is_as_good_as_the_picture(module):
    attachment = make_attachment(module.course, data=picture("PNG", 1000, 10))

    assert written(module, f"![A wave](/media/{attachment.file.name}.w480.webp)") == []


def test_overview_is_looked_at_too(course):
    course.overview = "![](/media/none.png) and [this](/nowhere/)"

    assert matters(course) == [
        "Pictures that don't show",
        "Pictures without alternative text",
        "Links that lead nowhere",
    ]


def test_texts_of_other_courses_are_not_looked_at(course):
    make_content(make_module(), content="[a](/nowhere/)")

    assert checklist_of(course) == []


def test_findings_are_in_reading_order(course, module):
    second = make_module(course)
    last = make_content(second, item=make_image(alt=""))
    first = make_content(module, content="![](/media/none.png)")

    groups = checklist_of(course)

    assert [finding.place.entry.pk for finding in groups[-1].findings] == [first.pk, last.pk]


def test_many_findings_are_counted_and_not_all_told(course, module):
    make_content(module, content="".join(f"[a](/nowhere/{n}/)" for n in range(SHOWN + 5)))

    (group,) = checklist_of(course)

    assert (group.total, len(group.findings), group.unshown) == (SHOWN + 5, SHOWN, 5)


def test_cost_of_looking_does_not_grow_with_the_course(course, django_assert_max_num_queries):
    def grow(number):
        for _ in range(number):
            module = make_module(course)
            for kind in ("text", "file", "image", "video"):
                make_content(module, kind)
            make_content(module, content=f"[a](/course/{make_course().slug}/) ![](/media/file/a)")

    grow(1)
    with django_assert_max_num_queries(20) as few:
        checklist_of(course)
    grow(10)

    with django_assert_max_num_queries(len(few)):
        checklist_of(course)


@pytest.mark.parametrize("text", ["![" * 50_000, "<img " * 50_000, "[" * 50_000, "](" * 50_000])
def test_text_made_to_take_long_does_not(module, text):
    before = timezone.now()

    written(module, text)

    assert (timezone.now() - before).total_seconds() < 5


@pytest.fixture
def picky_texts(monkeypatch):
    """As if texts were a kind that lets no untitled one be published."""
    matter = Matter("Untitled", "It needs a title.", Severity.PROBLEM)

    def findings(cls, items):
        return [ItemFinding(item.pk, matter, "At all") for item in items.filter(title="-")]

    monkeypatch.setattr(Text, "findings", classmethod(findings))


@pytest.mark.usefixtures("picky_texts")
def test_kinds_tell_what_is_amiss_in_their_items(course, module):
    make_content(module, title="-")

    (group,) = checklist_of(course)

    assert (group.matter.words, group.findings[0].detail) == ("Untitled", "At all")
    with pytest.raises(ValidationError, match="It needs a title"):
        publish_course(course=course)


def test_course_is_published(course):
    publish_course(course=course)

    course.refresh_from_db()
    assert course.is_published
    assert course.published_at is not None


def test_advice_does_not_keep_a_course_from_being_published(course):
    make_module(course)

    publish_course(course=course)

    assert Course.objects.published().get() == course


def test_course_with_nothing_to_read_is_not_published():
    course = make_course(status=DRAFT)

    with pytest.raises(ValidationError, match="Add a module"):
        publish_course(course=course)

    assert Course.objects.get().status == DRAFT


def test_publishing_again_keeps_the_first_date(course):
    publish_course(course=course)
    first = Course.objects.get().published_at
    unpublish_course(course=course)

    publish_course(course=course)

    assert Course.objects.get().published_at == first


@pytest.mark.parametrize(
    ("step", "status"),
    [(publish_course, PUBLISHED), (archive_course, ARCHIVED), (unpublish_course, DRAFT)],
)
def test_twice_is_once(course, step, status):
    step(course=course)
    once = Course.objects.get()

    step(course=course)

    twice = Course.objects.get()
    assert (twice.status, twice.updated) == (status, once.updated)


@pytest.mark.parametrize("step", [publish_course, archive_course, unpublish_course])
def test_course_in_the_trash_keeps_its_status(course, step):
    before = course.status
    trash_course(course=course, by=course.owner)

    step(course=course)

    assert Course.objects.get().status == before


def test_status_is_that_of_one_course_alone(course):
    other = make_course(status=DRAFT, owner=make_instructor())

    publish_course(course=course)

    other.refresh_from_db()
    assert other.status == DRAFT
