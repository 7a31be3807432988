"""Contents of every kind that programs add, change, move and delete."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.models import Scope
from educa.api.tests.asking import program
from educa.api.tests.authoring import Author, errors, refused
from educa.courses.actions import trash_content, trash_module
from educa.courses.kinds.text import MAX_TEXT
from educa.courses.models import Content, Course, File, Module, Text, TextVersion, Upload, Video
from educa.courses.tests.factories import (
    MP4,
    PDF,
    YOUTUBE,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
    picture,
)
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(db: None) -> Author:
    return Author(make_instructor())


@pytest.fixture
def module(author: Author) -> Module:
    return make_module(make_course(owner=author.user))


@pytest.fixture
def text(module: Module) -> Content:
    return make_content(module, title="Light", content="It is *fast*.")


def pdf(name: str = "Paper.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def whole_upload(course: Course, owner: User, data: bytes = PDF, name: str = "Paper.pdf") -> Upload:
    """A file that has arrived in parts."""
    upload = Upload.objects.create(
        course=course, owner=owner, name=name, size=len(data), received=len(data)
    )
    upload.path.write_bytes(data)
    return upload


def stored(item: File | Video) -> bytes:
    """The bytes of its file."""
    with item.file.open() as file:
        return bytes(file.read())


def test_a_text_is_made_and_can_be_read_with_its_source(author, module):
    said = {"content": "It is *fast*."}

    answer = author.post(
        "contents/", {"module": module.pk, "kind": "text", "title": "Light", "data": said}
    )

    body, made = answer.json(), Content.objects.get()
    assert (answer.status_code, made.item.owner) == (201, author.user)
    assert (body["id"], body["module"], body["course"]) == (made.pk, module.pk, module.course_id)
    assert body["data"] == {"content": "It is *fast*.", "format": "markdown"}
    assert "<em>fast</em>" in body["item"]
    assert body == author.read(f"contents/{made.pk}/").json()
    assert answer["ETag"] == author.tag(f"contents/{made.pk}/")


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("file", {"file": ("Paper.pdf", PDF)}),
        ("image", {"file": ("a.png", picture()), "alt": "A square", "decorative": "true"}),
        ("video", {"file": ("film.mp4", MP4)}),
        ("video", {"url": YOUTUBE}),
        ("text", {"content": "Words", "format": "markdown"}),
    ],
)
def test_every_kind_comes_as_multipart(author, module, kind, parts):
    sent = {
        name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value
        for name, value in parts.items()
    }

    answer = author.send("contents/", module=module.pk, kind=kind, title="New", order=0, **sent)

    assert (answer.status_code, answer.json()["kind"]) == (201, kind)
    assert Content.objects.get().item.title == "New"


def test_a_course_belongs_to_one_person_and_so_does_what_others_add(module):
    helper = Author(make_instructor())
    module.course.co_instructors.add(helper.user)

    answer = helper.post("contents/", {"module": module.pk, "kind": "text", "title": "New"})

    assert answer.status_code == 201
    assert Text.objects.get().owner == module.course.owner
    assert TextVersion.objects.get().author == helper.user


def test_a_content_comes_last_unless_it_has_a_place(author, text):
    new = {"module": text.module_id, "kind": "text", "title": "New"}

    last = author.post("contents/", new).json()
    first = author.post("contents/", {**new, "order": 0}).json()

    listed = author.read("contents/", module=text.module_id).json()["results"]
    assert [row["id"] for row in listed] == [first["id"], text.pk, last["id"]]


def test_each_field_that_is_wrong_is_named_as_it_was_sent(author, module):
    wrong = {"url": "https://example.org/film", "file": "film.mp4"}

    answer = author.post(
        "contents/", {"module": module.pk, "kind": "video", "title": "x", "data": wrong}
    )

    assert errors(answer) == {"data.file": "type"}
    assert not Content.objects.exists()


def test_what_the_form_of_the_kind_finds_is_told_below_data(author, module):
    answer = author.post(
        "contents/", {"module": module.pk, "kind": "video", "title": "x" * 251, "data": {}}
    )

    assert errors(answer) == {"title": "max_length", "data": "link_or_file"}


def test_in_multipart_the_fields_stand_beside_each_other_and_so_do_their_errors(author, module):
    answer = author.send("contents/", module=module.pk, kind="file", title="x", file=pdf(data=b"x"))

    assert errors(answer) == {"file": "contents"}


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("text", {"owner": 1}, "data.owner"),
        ("text", {"id": 1}, "data.id"),
        ("text", {"created": "2020-01-01"}, "data.created"),
        ("text", {"object_id": 1}, "data.object_id"),
        ("video", {"url": YOUTUBE, "duration": 5}, "data.duration"),
        ("video", {"url": YOUTUBE, "media_type": "video/mp4"}, "data.media_type"),
        ("file", {"name": "a.pdf"}, "data.name"),
        ("file", {"size": 1}, "data.size"),
        ("image", {"width": 1}, "data.width"),
    ],
)
def test_a_field_that_a_kind_does_not_offer_is_refused(author, module, kind, data, field):
    body = {"module": module.pk, "kind": kind, "title": "New", "data": data}

    answer = author.post("contents/", body)

    assert errors(answer) == {field: "unknown"}
    assert not Content.objects.exists()


@pytest.mark.parametrize(
    "field", ["content_type", "object_id", "item", "owner", "id", "course", "trashed_at", "content"]
)
def test_nothing_else_is_said_of_a_new_content(author, module, field):
    body = {"module": module.pk, "kind": "text", "title": "New", field: 1}

    answer = author.post("contents/", body)

    assert errors(answer) == {field: "unknown"}
    assert not Text.objects.exists()


@pytest.mark.parametrize("field", ["module", "kind", "order", "item", "course", "id", "owner"])
def test_nothing_but_words_and_files_of_a_content_can_be_changed(author, text, field):
    answer = author.patch(f"contents/{text.pk}/", {"title": "New", field: text.module_id})

    assert errors(answer) == {field: "unknown"}
    assert Text.objects.get().title == "Light"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"content": 5}, "type"),
        ({"content": None}, "type"),
        ({"content": ["a"]}, "type"),
        ({"content": {"a": "b"}}, "type"),
        ({"format": "rtf"}, "invalid_choice"),
        ({"content": "x" * (MAX_TEXT + 1)}, "max_length"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(author, text, data, code):
    answer = author.patch(f"contents/{text.pk}/", {"data": data})

    assert errors(answer) == {f"data.{name}": code for name in data}
    assert Text.objects.get().content == "It is *fast*."


@pytest.mark.parametrize("data", [[], "x", 5, None])
def test_data_is_an_object(author, text, data):
    assert errors(author.patch(f"contents/{text.pk}/", {"data": data})).keys() == {"data"}


@pytest.mark.parametrize("kind", ["user", "course", "quiz", "", 5, None, {}])
def test_a_kind_that_is_none_is_refused(author, module, kind):
    answer = author.post("contents/", {"module": module.pk, "kind": kind, "title": "New"})

    assert errors(answer).keys() == {"kind"}
    assert not Content.objects.exists()


def test_what_is_left_out_stays(author, text):
    answer = author.patch(f"contents/{text.pk}/", {"title": "Sound"})

    assert answer.status_code == 200
    assert Text.objects.values_list("title", "content").get() == ("Sound", "It is *fast*.")


def test_a_change_is_a_version_by_whoever_made_it(author, text):
    author.patch(f"contents/{text.pk}/", {"data": {"content": "It is slow."}})

    newest = TextVersion.objects.first()
    assert (newest.content, newest.author) == ("It is slow.", author.user)


def test_a_file_takes_the_place_of_another_one(author, module):
    made = author.send("contents/", module=module.pk, kind="file", title="Paper", file=pdf()).json()

    answer = author.client.generic(
        "PATCH",
        f"/api/contents/{made['id']}/",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="New.pdf"\r\n\r\n'
        + PDF
        + b"\r\n--b--\r\n",
        "multipart/form-data; boundary=b",
    )

    assert (answer.status_code, answer.json()["data"]["name"]) == (200, "New.pdf")
    assert answer.json()["data"]["file"] != made["data"]["file"]
    assert File.objects.get().title == "Paper"


def test_a_file_is_taken_away_by_null_where_it_may_be(author, module):
    film = make_content(module, item=make_uploaded_video(owner=author.user))

    refusal = author.patch(f"contents/{film.pk}/", {"data": {"file": None}})
    answer = author.patch(f"contents/{film.pk}/", {"data": {"file": None, "url": YOUTUBE}})

    assert errors(refusal) == {"data": "link_or_file"}
    assert answer.json()["data"]["file"] is None
    assert Video.objects.get().url == YOUTUBE


def test_a_file_that_has_arrived_in_parts_becomes_a_content(author, module):
    upload = whole_upload(module.course, author.user)
    body = {"module": module.pk, "kind": "file", "title": "Paper", "upload": str(upload.pk)}

    answer = author.post("contents/", body)

    assert (answer.status_code, answer.json()["data"]["size"]) == (201, len(PDF))
    assert not Upload.objects.exists()
    assert stored(File.objects.get()) == PDF


def test_a_file_that_has_arrived_takes_the_place_of_another_one(author, module):
    film = make_content(module, kind="video")
    upload = whole_upload(module.course, author.user, MP4, "film.mp4")

    answer = author.patch(f"contents/{film.pk}/", {"upload": str(upload.pk), "data": {"url": ""}})

    assert answer.status_code == 200
    assert stored(Video.objects.get()) == MP4


def test_an_upload_of_somebody_else_or_of_another_course_is_not_there(author, module):
    helper = make_instructor()
    module.course.co_instructors.add(helper)
    theirs = whole_upload(module.course, helper)
    elsewhere = whole_upload(make_course(owner=author.user), author.user)
    body = {"module": module.pk, "kind": "file", "title": "Paper"}

    answers = [
        author.post("contents/", {**body, "upload": str(key)})
        for key in (theirs.pk, elsewhere.pk, uuid4())
    ]

    assert [errors(answer) for answer in answers] == [{"upload": "gone"}] * 3
    assert Upload.objects.count() == 2


def test_an_upload_that_is_not_whole_is_not_there_yet(author, module):
    upload = whole_upload(module.course, author.user)
    Upload.objects.update(received=3)
    body = {"module": module.pk, "kind": "file", "title": "Paper", "upload": str(upload.pk)}

    assert errors(author.post("contents/", body)) == {"upload": "gone"}


def test_an_upload_waits_for_what_else_was_wrong(author, module):
    upload = whole_upload(module.course, author.user)
    body = {"module": module.pk, "kind": "file", "title": " ", "upload": str(upload.pk)}

    answer = author.post("contents/", body)

    assert errors(answer).keys() == {"title"}
    assert Upload.objects.exists()


def test_an_upload_that_the_kind_does_not_take_goes(author, module):
    upload = whole_upload(module.course, author.user)
    body = {"module": module.pk, "kind": "image", "title": "Paper", "upload": str(upload.pk)}

    answer = author.post("contents/", body)

    assert errors(answer).keys() == {"upload"}
    assert not Upload.objects.exists()


@pytest.mark.parametrize(("kind", "data"), [("text", {}), ("file", {"file": None})])
def test_an_upload_goes_where_there_is_place_for_one_file(author, module, kind, data):
    upload = whole_upload(module.course, author.user)
    body = {"module": module.pk, "kind": kind, "title": "Paper", "data": data}

    answer = author.post("contents/", {**body, "upload": str(upload.pk)})

    assert errors(answer) == {"upload": "upload"}
    assert Upload.objects.exists()


def test_a_file_that_there_is_no_room_for_is_refused(author, module, settings):
    settings.EDUCA_COURSE_QUOTA = 10

    answer = author.send("contents/", module=module.pk, kind="file", title="Paper", file=pdf())

    assert errors(answer) == {"": "quota"}
    assert not File.objects.exists()


def test_an_order_of_two_files_for_one_field_is_refused(author, module):
    files = [pdf("a.pdf"), pdf("b.pdf")]

    answer = author.send("contents/", module=module.pk, kind="file", title="Paper", file=files)

    assert errors(answer) == {"file": "type"}


def test_a_change_to_a_state_that_is_over_is_refused(author, text):
    path = f"contents/{text.pk}/"
    tag = author.tag(path)
    author.patch(path, {"data": {"content": "Theirs."}})

    answers = [
        author.patch(path, {"data": {"content": "Mine."}}, If_Match=tag),
        author.delete(path, If_Match=tag),
        author.post(f"{path}move/", {"order": 0}, If_Match=tag),
        author.post(f"{path}duplicate/", If_Match=tag),
    ]

    assert [refused(answer) for answer in answers] == [(412, "changed")] * 4
    assert Text.objects.get().content == "Theirs."


def test_the_tag_of_an_answer_is_good_for_the_next_change(author, text):
    path = f"contents/{text.pk}/"
    first = author.patch(path, {"title": "One"}, If_Match=author.tag(path))

    second = author.patch(path, {"title": "Two"}, If_Match=first["ETag"])

    assert (second.status_code, second["ETag"]) == (200, author.tag(path))


def test_a_deleted_content_comes_back_to_its_place(author, text):
    path = f"contents/{text.pk}/"
    make_content(text.module)

    tried = author.delete(f"{path}?dry_run=true")
    gone, hidden = author.delete(path), author.read(path)
    back = [author.post(f"{path}restore/") for _ in range(2)]

    assert tried.json() == {"dry_run": True, "would": {"contents": 1}}
    assert (gone.status_code, hidden.status_code) == (204, 404)
    assert [(each.status_code, each.json()["order"]) for each in back] == [(200, 0)] * 2


def test_a_content_does_not_come_back_before_its_module(author, text):
    trash_module(module=text.module, by=author.user)

    answer = author.post(f"contents/{text.pk}/restore/")

    assert refused(answer) == (409, "module")
    assert not Content.objects.exists()


def test_somebody_else_takes_no_content_back(author, text):
    trash_content(content=text, by=author.user)

    answer = Author(make_instructor()).post(f"contents/{text.pk}/restore/")

    assert answer.status_code == 404


def test_nothing_is_added_to_a_module_in_the_trash(author, module):
    trash_module(module=module, by=author.user)

    answer = author.post("contents/", {"module": module.pk, "kind": "text", "title": "New"})

    assert answer.status_code == 404


def test_a_copy_comes_behind_the_content(author, text):
    make_content(text.module)

    answer = author.post(f"contents/{text.pk}/duplicate/")

    assert (answer.status_code, answer.json()["order"]) == (201, 1)
    assert answer.json()["data"]["content"] == "It is *fast*."


def test_an_empty_place_is_not_duplicated(author, text):
    Text.objects.all()._raw_delete("default")

    answer = author.post(f"contents/{text.pk}/duplicate/")

    assert refused(answer) == (409, "empty")


def test_an_empty_place_is_shown_and_can_not_be_changed(author, text):
    Text.objects.all()._raw_delete("default")

    shown = author.read(f"contents/{text.pk}/")
    changed = author.patch(f"contents/{text.pk}/", {"title": "New"})

    assert (shown.status_code, shown.json()["title"], shown.json()["data"]) == (200, "", {})
    assert changed.status_code == 404


def test_a_content_moves_to_another_module_or_is_only_tried(author, text):
    target = make_module(text.module.course)
    make_content(target)
    body = {"module": target.pk, "order": 0}

    tried = author.post(f"contents/{text.pk}/move/?dry_run=true", body)
    still = Content.objects.get(pk=text.pk).module
    moved = author.post(f"contents/{text.pk}/move/", body).json()

    assert tried.json() == {"dry_run": True, "would": {"contents": 2}}
    assert still == text.module
    assert (moved["module"], moved["order"]) == (target.pk, 0)


def test_a_content_does_not_move_to_another_course(author, text):
    elsewhere = make_module(make_course(owner=author.user))

    answer = author.post(f"contents/{text.pk}/move/", {"module": elsewhere.pk, "order": 0})

    assert answer.status_code == 404
    assert Content.objects.get().module == text.module


def test_who_studies_a_course_reads_a_content_and_changes_nothing(text):
    student = Author(make_enrollment(course=text.module.course).student)
    path = f"contents/{text.pk}/"

    answers = [
        student.patch(path, {"title": "New"}),
        student.delete(path),
        student.post(f"{path}duplicate/"),
        student.post("contents/", {"module": text.module_id, "kind": "text", "title": "New"}),
    ]

    assert student.read(path).status_code == 200
    assert [refused(answer) for answer in answers] == [(403, "permission_denied")] * 4
    assert Text.objects.get().title == "Light"


def test_who_does_not_study_a_course_finds_no_content(text):
    other, path = Author(make_instructor()), f"contents/{text.pk}/"

    answers = [
        other.read(path),
        other.patch(path, {"title": "New"}),
        other.delete(path),
        other.post("contents/", {"module": text.module_id, "kind": "text", "title": "New"}),
        other.read("contents/", course=text.module.course_id),
        other.read("contents/", module=text.module_id),
    ]

    assert [refused(answer) for answer in answers] == [(404, "not_found")] * 6


def test_contents_of_a_draft_are_for_those_who_teach_it(text):
    place = make_enrollment(course=text.module.course)
    Course.objects.update(status=Course.Status.DRAFT)

    answer = program(place.student).get(f"/api/contents/{text.pk}/")

    assert answer.status_code == 404


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
def test_a_token_for_something_else_builds_nothing(author, text, scope):
    weak = Author(author.user, scope)

    answers = [
        weak.post("contents/", {"module": text.module_id, "kind": "text", "title": "New"}),
        weak.patch(f"contents/{text.pk}/", {"title": "New"}),
        weak.delete(f"contents/{text.pk}/"),
        weak.post(f"contents/{text.pk}/move/", {"order": 0}),
    ]

    assert [refused(answer) for answer in answers] == [(403, "scope")] * 4


def test_contents_are_listed_in_reading_order_page_by_page(author, text):
    other = make_module(text.module.course)
    keys = [text.pk, make_content(text.module).pk, *(make_content(other).pk for _ in range(3))]

    first = author.read("contents/", course=other.course_id, page_size=2).json()
    second = author.client.get(first["next"]).json()
    third = author.client.get(second["next"]).json()

    listed = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert listed == keys
    assert third["next"] is None


@pytest.mark.parametrize("asked", [{}, {"course": 1, "module": 1}])
def test_contents_are_listed_by_course_or_by_module(author, asked):
    assert errors(author.read("contents/", **asked)) == {"": "required"}


@pytest.mark.parametrize("asked", [{"course": "x"}, {"module": 0}, {"module": 2**63}])
def test_a_course_that_can_be_none_is_refused(author, asked):
    assert errors(author.read("contents/", **asked)).keys() == set(asked)


def film(module: Module) -> None:
    """A film with captions, and a content of each other kind."""
    make_captions(make_content(module, item=make_uploaded_video(owner=module.course.owner)).item)
    for kind in ("text", "file", "image", "video"):
        make_content(module, kind=kind)


def test_more_contents_take_no_more_queries(author, module, django_assert_max_num_queries):
    path = f"/api/contents/?course={module.course_id}&page_size=100"
    film(module)
    author.client.get(path)
    with django_assert_max_num_queries(10) as few:
        author.client.get(path)
    for _ in range(9):
        film(module)

    with django_assert_max_num_queries(10) as many:
        listed = author.client.get(path)

    assert len(listed.json()["results"]) == 50
    assert len(many) == len(few)


def test_a_key_makes_one_content_however_often_it_is_sent(author, module):
    body = {"module": module.pk, "kind": "text", "title": "New"}

    answers = [author.post("contents/", body, Idempotency_Key="one") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Content.objects.count() == 1


def test_a_visitor_reads_and_writes_nothing(client, text):
    answers = [
        client.get(f"/api/contents/{text.pk}/"),
        client.delete(f"/api/contents/{text.pk}/"),
        client.post("/api/contents/", {}, "application/json"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3


def test_somebody_without_a_part_learns_nothing_from_the_answer(text):
    person = program(make_user())

    answers = [person.delete(f"/api/contents/{key}/") for key in (text.pk, 10**9)]

    assert answers[0].content == answers[1].content
