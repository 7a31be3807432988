"""Exports of Canvas: their own outline, what is unpublished, and their links."""

from pathlib import Path

import pytest
from django.test import Client

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.models import Attachment, CaptionTrack, Content, Text, Video
from educa.courses.tests.factories import MP4, PDF, VTT, picture
from educa.interchange.tests.factories import (
    bring_in,
    imported_course,
    item,
    make_package,
    resource,
    topic_xml,
)
from educa.interchange.tests.test_importing import outline
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello\n"


def page(title: str, html: str = "", state: str = "active") -> str:
    return (
        f'<html><head><title>{title}</title><meta name="workflow_state" content="{state}"/></head>'
        f"<body>{html}</body></html>"
    )


def entry(title: str, kind: str, of: str = "", state: str = "active", **more: object) -> str:
    """An item of a module; `more` are its other elements."""
    fields = {
        "content_type": kind,
        "workflow_state": state,
        "title": title,
        "identifierref": of,
    } | more
    told = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f'<item identifier="item-{title}">{told}</item>'


def module(title: str, *entries: str, state: str = "active", position: int = 1) -> str:
    return (
        f'<module identifier="module-{title}"><title>{title}</title><workflow_state>{state}</workflow_state>'
        f"<position>{position}</position><items>{''.join(entries)}</items></module>"
    )


def make_export(
    folder: Path, *modules: str, files: dict[str, str | bytes] | None = None, resources: str = ""
) -> Path:
    """An export of Canvas; every file below wiki_content and web_resources is a resource called by its path."""
    files = files or {}
    listed = [resource(n, n) for n in files if n.startswith(("wiki_content/", "web_resources/"))]
    own: dict[str, str | bytes] = {
        "course_settings/canvas_export.txt": "x",
        "course_settings/course_settings.xml": "<course><title>Told by Canvas</title></course>",
        "course_settings/module_meta.xml": f"<modules>{''.join(modules)}</modules>",
    }
    return make_package(
        folder,
        item("By the organization"),
        files=own | files,
        resources="".join(listed) + resources,
    )


def test_the_modules_of_canvas_come_before_the_organization(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "wiki_content/a.html": page("A"),
        "web_resources/b.png": picture(),
    }
    modules = [
        module("Second", entry("B", "Attachment", "web_resources/b.png"), position=2),
        module("First", entry("A", "WikiPage", "wiki_content/a.html")),
    ]

    course = imported_course(make_export(tmp_path, *modules, files=files))

    assert course.title == "Told by Canvas"
    assert outline(course) == {"First": ["A"], "Second": ["B"]}


def test_links_tools_and_headers_of_a_module_come_in(tmp_path: Path) -> None:
    entries = [
        entry("Head", "ContextModuleSubHeader"),
        entry("Film", "ExternalUrl", url="https://vimeo.com/123456789", indent=1),
        entry(
            "Tool", "ContextExternalTool", url="https://tool.example/launch?key=SECRET", indent=1
        ),
    ]

    report = bring_in(make_export(tmp_path, module("M", *entries)))

    assert [(e.title, e.status, e.became) for e in report.entries] == [
        ("Head", "simplified", "text"),
        ("Film", "imported", "video"),
        ("Tool", "kept as file", "text"),
    ]
    assert Text.objects.get(title="Head").content.count("<li>") == 2
    assert "SECRET" not in Text.objects.get(title="Tool").content


@pytest.mark.parametrize(
    "path_of",
    [
        lambda p: make_export(p, module("M", entry("A", "WikiPage", "wiki_content/a.html", "unpublished")),
                              files={"wiki_content/a.html": page("A", "SECRET")}),
        lambda p: make_export(p, module("M", entry("A", "WikiPage", "wiki_content/a.html")),
                              files={"wiki_content/a.html": page("A", "SECRET", "unpublished")}),
        lambda p: make_export(p, module("M", entry("A", "WikiPage", "wiki_content/a.html"), state="unpublished"),
                              files={"wiki_content/a.html": page("A", "SECRET")}),
        lambda p: make_export(p, files={"wiki_content/a.html": page("A", "SECRET", "unpublished")}),
    ],
    ids=["item", "page", "module", "loose"],
)  # fmt: skip
def test_what_is_unpublished_is_kept_for_instructors_only(
    tmp_path: Path, client: Client, path_of
) -> None:  # type: ignore[no-untyped-def]
    report = bring_in(path_of(tmp_path), publish=True)

    assert [e.status for e in report.entries] == ["kept as file"]
    assert "unpublished in the source" in report.entries[0].reason
    assert not Content.objects.exists()
    kept = Attachment.objects.get()
    student = make_user()
    Enrollment.objects.enroll(student, kept.course)
    client.force_login(student)
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_a_link_to_something_unpublished_leads_nowhere(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "wiki_content/a.html": page(
            "A", '<a href="$WIKI_REFERENCE$/pages/b">b</a><a href="b.html">b</a>'
        ),
        "wiki_content/b.html": page("B", "SECRET", "unpublished"),
    }

    bring_in(
        make_export(
            tmp_path, module("M", entry("A", "WikiPage", "wiki_content/a.html")), files=files
        )
    )

    assert "href" not in Text.objects.get().content


def test_hidden_files_are_for_instructors_even_when_a_page_links_them(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "wiki_content/a.html": page("A", '<a href="$IMS-CC-FILEBASE$/key.pdf">key</a>'),
        "web_resources/key.pdf": b"%PDF-1.4",
        "course_settings/files_meta.xml": '<fileMeta><files><file identifier="web_resources/key.pdf">'
        "<hidden>true</hidden></file></files></fileMeta>",
    }

    bring_in(make_export(tmp_path, files=files))

    assert "href" not in Text.objects.get().content
    assert Attachment.objects.get(name="key.pdf").instructors_only


def test_pages_link_to_each_other_and_to_modules(tmp_path: Path) -> None:
    html = '<a href="%24WIKI_REFERENCE%24/pages/b">b</a><a href="$CANVAS_OBJECT_REFERENCE$/modules/module-M">m</a>'
    files: dict[str, str | bytes] = {
        "wiki_content/a.html": page("A", html),
        "wiki_content/b.html": page("B"),
    }

    bring_in(
        make_export(
            tmp_path, module("M", entry("B", "WikiPage", "wiki_content/b.html")), files=files
        )
    )

    content = Content.objects.get(module__title="M")
    assert Text.objects.get(title="A").content.count(f"/content/{content.pk}/") == 2


def test_a_quiz_shows_its_description_and_no_access_code(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "q/assessment_qti.xml": "<questestinterop/>",
        "q/assessment_meta.xml": '<quiz identifier="q"><title>Quiz</title><description>&lt;p&gt;Good luck'
        "&lt;/p&gt;</description><access_code>OPEN-SESAME</access_code><available>true</available></quiz>",
        "non_cc_assessments/q.xml.qti": "<questestinterop/>",
    }
    listed = resource("q", "q/assessment_qti.xml", kind="imsqti_xmlv1p2/imscc_xmlv1p1/assessment",
                      inner='<dependency identifierref="meta"/>')  # fmt: skip
    listed += resource(
        "meta", "q/assessment_meta.xml", kind="associatedcontent/learning-application-resource"
    )

    report = bring_in(make_export(tmp_path, files=files, resources=listed))

    assert [(e.title, e.status) for e in report.entries] == [("Quiz", "kept as file")]
    assert "<p>Good luck</p>" in Text.objects.get().content
    assert "SESAME" not in Text.objects.get().content


def test_a_discussion_that_is_delayed_is_not_shown(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "t.xml": topic_xml("SECRET"),
        "m.xml": "<topicMeta identifier='m'><workflow_state>post_delayed</workflow_state></topicMeta>",
    }
    listed = resource("t", "t.xml", kind="imsdt_xmlv1p1", inner='<dependency identifierref="m"/>')
    listed += resource("m", "m.xml", kind="associatedcontent/learning-application-resource")

    report = bring_in(make_export(tmp_path, files=files, resources=listed))

    assert [e.status for e in report.entries] == ["kept as file"]
    assert not Text.objects.exists()


@pytest.mark.parametrize("captions", [VTT, SRT.encode()])
def test_captions_come_with_their_video(tmp_path: Path, captions: bytes) -> None:
    files: dict[str, str | bytes] = {
        "web_resources/v.mp4": MP4,
        "web_resources/v.en.srt": captions,
        "course_settings/media_tracks.xml": '<media_tracks><media identifierref="web_resources/v.mp4">'
        '<track locale="en" identifierref="web_resources/v.en.srt"/></media></media_tracks>',
    }

    bring_in(
        make_export(
            tmp_path, module("M", entry("V", "Attachment", "web_resources/v.mp4")), files=files
        )
    )

    track = CaptionTrack.objects.get(video=Video.objects.get())
    with track.file.open() as file:
        assert file.read().startswith(b"WEBVTT")


def test_the_syllabus_comes_first_and_the_picture_is_the_cover(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "course_settings/syllabus.html": page("Syllabus", "<p>Read this</p>"),
        "course_settings/course_settings.xml": "<course><title>T</title>"
        "<image_identifier_ref>web_resources/c.png</image_identifier_ref></course>",
        "web_resources/c.png": picture(),
    }

    course = imported_course(make_export(tmp_path, module("M"), files=files))

    assert outline(course) == {"Syllabus": ["Syllabus"], "M": []}
    assert course.cover


def test_rubrics_and_question_banks_are_kept(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "course_settings/rubrics.xml": '<rubrics><rubric identifier="r"/></rubrics>',
        "course_settings/events.xml": "<events/>",
        "non_cc_assessments/b.xml.qti": "<questestinterop><objectbank><qtimetadata><qtimetadatafield>"
        "<fieldlabel>bank_title</fieldlabel><fieldentry>Bank</fieldentry></qtimetadatafield></qtimetadata>"
        "</objectbank></questestinterop>",
    }

    report = bring_in(make_export(tmp_path, files=files))

    assert [(e.title, e.status) for e in report.entries] == [
        ("rubrics.xml (1)", "kept as file"),
        ("Bank", "kept as file"),
    ]


def test_an_unpublished_module_does_not_even_show_its_title(tmp_path: Path) -> None:
    entries = entry("Gone", "Attachment", "a")
    path = make_export(
        tmp_path,
        module("Empty", state="unpublished"),
        module("Full", entries, state="unpublished"),
        files={"web_resources/a.txt": "a"},
        resources=resource("a", "web_resources/a.txt"),
    )

    assert outline(imported_course(path)) == {}


def test_an_assignment_of_an_older_export_is_one_too(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/essay.html": page("Assignment: Essay", "<p>Write.</p>"),
        "a/assignment_settings.xml": '<assignment identifier="a"><title>Essay</title>'
        "<workflow_state>published</workflow_state></assignment>",
    }
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    listed = resource("a", "a/essay.html", "a/assignment_settings.xml", kind=kind)

    report = bring_in(
        make_export(
            tmp_path, module("M", entry("Essay", "Assignment", "a")), files=files, resources=listed
        )
    )

    assert [(e.what, e.status) for e in report.entries] == [("assignment", "simplified")]
    assert Text.objects.get().content == "<p>Write.</p>"


def test_captions_that_are_none_are_told_and_left_out(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "web_resources/v.mp4": MP4,
        "web_resources/v.srt": "these are no captions",
        "course_settings/media_tracks.xml": '<media_tracks><media identifierref="web_resources/v.mp4">'
        '<track locale="en" identifierref="web_resources/v.srt"/></media></media_tracks>',
    }

    report = bring_in(
        make_export(
            tmp_path, module("M", entry("V", "Attachment", "web_resources/v.mp4")), files=files
        )
    )

    assert report.totals()["skipped"] == 1
    assert not CaptionTrack.objects.exists()


def test_a_file_that_is_hidden_in_the_next_export_is_taken_from_students(tmp_path: Path) -> None:
    owner = make_instructor()
    files: dict[str, str | bytes] = {
        "wiki_content/a.html": page("A", '<a href="$IMS-CC-FILEBASE$/key.pdf">key</a>'),
        "web_resources/key.pdf": PDF,
    }
    bring_in(make_export(tmp_path, files=files), owner=owner)
    assert not Attachment.objects.get().instructors_only

    hidden = '<fileMeta><files><file identifier="web_resources/key.pdf"><locked>true</locked></file></files></fileMeta>'
    bring_in(
        make_export(tmp_path, files=files | {"course_settings/files_meta.xml": hidden}), owner=owner
    )

    assert Attachment.objects.get().instructors_only
    assert "href" not in Text.objects.get().content
