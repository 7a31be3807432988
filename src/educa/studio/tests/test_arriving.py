"""What becomes of a file that has arrived in parts."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Content, File, Image, Upload, Video
from educa.courses.tests.factories import (
    MP4,
    PDF,
    make_content,
    make_course,
    make_file,
    make_module,
    picture,
)
from educa.studio.tests.uploading import Uploader

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kept")]


class Interrupted(Exception):
    """What happens in the middle of a transaction."""


@pytest.fixture
def owner(uploader):
    return uploader.user


@pytest.fixture
def module(owner):
    return make_module(make_course(owner=owner))


def test_a_file_becomes_the_last_content_of_the_module(uploader, module, owner, kept):
    make_content(module)
    upload = uploader.upload(module.course, PDF, "Week_1 notes.pdf")

    answer = uploader.add(module, upload)

    content = Content.objects.in_reading_order().last()
    assert answer.status_code == 200
    assert answer.json()["content"] == content.pk
    assert answer.json()["url"].endswith(f"/content/file/{content.item.pk}/")
    assert (content.item.title, content.item.name) == ("Week 1 notes", "Week_1 notes.pdf")
    assert (content.item.owner, content.item.size) == (owner, len(PDF))
    assert not Upload.objects.exists()
    assert kept() == [Path(content.item.file.path)]


@pytest.mark.parametrize(
    ("name", "data", "model"),
    [
        ("paper.pdf", PDF, File),
        ("notes.txt", b"Some words", File),
        ("square.png", picture(), Image),
        ("film.mp4", MP4, Video),
        ("tone.mp3", b"ID3" + bytes(200), Video),
    ],
)
def test_its_kind_follows_from_its_bytes(uploader, module, name, data, model):
    uploader.add(module, uploader.upload(module.course, data, name))

    assert type(Content.objects.get().item) is model


def test_it_moves_without_a_copy(uploader, module):
    upload = uploader.upload(module.course)
    same = upload.path.stat().st_ino

    uploader.add(module, upload)

    assert Path(File.objects.get().file.path).stat().st_ino == same


def test_it_may_have_a_title_of_its_own(uploader, module):
    uploader.add(module, uploader.upload(module.course), title="The paper")

    assert File.objects.get().title == "The paper"


def test_without_scripts_one_comes_back_to_the_module(uploader, module):
    upload = uploader.upload(module.course)

    answer = uploader.client.post(
        reverse("content_from_upload", args=[module.pk]), {"upload": str(upload.pk)}
    )

    assert answer.url == reverse("module_content_list", args=[module.pk])


def test_the_same_upload_twice_is_one_content(uploader, module):
    upload = uploader.upload(module.course)

    answers = [uploader.add(module, upload).status_code for _ in range(2)]

    assert answers == [200, 400]
    assert Content.objects.count() == 1


def test_an_upload_that_is_not_whole_waits(uploader, module):
    path = uploader.announce(module.course, 10).headers["Location"]
    upload = Upload.objects.get()

    assert uploader.add(module, upload).status_code == 400
    assert uploader.send(path, b"%PDF").status_code == 204


@pytest.mark.parametrize("upload", ["", "x", "0" * 32, "\0", "9" * 400])
def test_an_upload_that_is_not_there_is_refused(uploader, module, upload):
    path = reverse("content_from_upload", args=[module.pk])

    answer = uploader.client.post(path, {"upload": upload}, headers={"Accept": "application/json"})

    assert answer.status_code == 400
    assert not Content.objects.exists()


def test_what_another_has_uploaded_can_not_be_taken(uploader, module):
    colleague = make_instructor()
    module.course.co_instructors.add(colleague)
    upload = uploader.upload(module.course)

    assert Uploader(colleague).add(module, upload).status_code == 400
    assert Upload.objects.exists()


def test_what_was_uploaded_for_another_course_can_not_be_taken(uploader, module, owner):
    upload = uploader.upload(make_course(owner=owner))

    assert uploader.add(module, upload).status_code == 400


def test_a_module_of_others_takes_nothing(uploader, module):
    upload = uploader.upload(module.course)

    assert uploader.add(make_module(), upload).status_code == 404


def test_a_file_that_is_refused_leaves_nothing(uploader, module, kept):
    broken = picture()[:40]
    upload = uploader.upload(module.course, broken, "square.png")

    answer = uploader.add(module, upload)

    assert answer.status_code == 400
    assert answer.json()["errors"]["__all__"] == [
        "This is not a whole PNG, JPEG, GIF or WebP picture."
    ]
    assert not Upload.objects.exists()
    assert not Content.objects.exists()
    assert kept() == []


def interrupt(*args, **kwargs):
    raise Interrupted


def test_when_saving_fails_the_upload_is_there_for_another_try(uploader, module, kept, monkeypatch):
    upload = uploader.upload(module.course)
    with monkeypatch.context() as patch:
        patch.setattr(File, "remember", interrupt)
        with pytest.raises(Interrupted):
            uploader.add(module, upload)
    assert kept() == [upload.path]

    assert uploader.add(module, upload).status_code == 200


def test_what_is_there_already_takes_none_of_the_room(uploader, module, settings):
    upload = uploader.upload(module.course)
    settings.EDUCA_COURSE_QUOTA = len(PDF)

    assert uploader.add(module, upload).status_code == 200


# In the forms of kinds


def create(uploader, module, kind, **values):
    return uploader.client.post(
        reverse("module_content_create", args=[module.pk, kind]), {"title": "A title", **values}
    )


def test_a_form_takes_a_file_that_came_in_parts(uploader, module, kept):
    upload = uploader.upload(module.course, picture(), "square.png")

    answer = create(uploader, module, "image", alt="A square", **{"file-upload": str(upload.pk)})

    image = Image.objects.get()
    assert answer.status_code == 302
    assert (image.title, image.alt, image.width) == ("A title", "A square", 8)
    assert not Upload.objects.exists()
    assert kept() == [Path(image.file.path)]


def test_an_edited_content_gets_its_new_file_that_way_too(uploader, module, kept):
    content = make_content(module, item=make_file(owner=module.course.owner))
    upload = uploader.upload(module.course, PDF + b"more", "Better.pdf")
    path = reverse("module_content_update", args=[module.pk, "file", content.item.pk])

    answer = uploader.client.post(path, {"title": "Paper", "file-upload": str(upload.pk)})

    file = File.objects.get()
    assert answer.status_code == 302
    assert (file.name, file.size) == ("Better.pdf", len(PDF) + 4)
    assert kept() == [Path(file.file.path)]


def test_a_form_with_another_fault_keeps_the_file(uploader, module):
    upload = uploader.upload(module.course)

    answer = create(uploader, module, "file", title="", **{"file-upload": str(upload.pk)})

    assert answer.context["arrived"] == {"file": upload}
    assert str(upload.pk) in answer.text
    assert Upload.objects.exists()


def test_a_file_that_a_form_refuses_leaves_nothing(uploader, module, kept):
    upload = uploader.upload(module.course)

    answer = create(uploader, module, "video", **{"file-upload": str(upload.pk)})

    assert "A browser can&#x27;t play this file." in answer.text
    assert not Upload.objects.exists()
    assert kept() == []


@pytest.mark.parametrize("key", ["x", "0" * 32, "\0"])
def test_a_form_says_that_a_file_is_gone(uploader, module, key):
    answer = create(uploader, module, "file", **{"file-upload": key})

    assert answer.context["form"].errors == {
        "file": ["This upload is not there any more. Choose the file again."]
    }


def test_a_form_takes_nothing_that_another_has_uploaded(uploader, module):
    colleague = make_instructor()
    module.course.co_instructors.add(colleague)
    upload = uploader.upload(module.course)

    create(Uploader(colleague), module, "file", **{"file-upload": str(upload.pk)})

    assert not Content.objects.exists()


def test_a_file_that_comes_with_the_form_is_taken_as_ever(uploader, module):
    answer = create(uploader, module, "file", file=ContentFile(PDF, "Paper.pdf"))

    assert answer.status_code == 302
    assert File.objects.get().name == "Paper.pdf"


def test_a_form_is_refused_where_there_is_no_room(uploader, module, settings, kept):
    settings.EDUCA_COURSE_QUOTA = len(PDF)
    create(uploader, module, "file", file=ContentFile(PDF, "Paper.pdf"))

    answer = create(uploader, module, "file", file=ContentFile(PDF, "Paper.pdf"))

    assert "This course has no room for it" in answer.text
    assert File.objects.count() == len(kept()) == 1


def test_a_file_may_be_replaced_by_one_of_its_size_where_the_course_is_full(
    uploader, module, settings
):
    settings.EDUCA_COURSE_QUOTA = len(PDF)
    create(uploader, module, "file", file=ContentFile(PDF, "Paper.pdf"))
    path = reverse("module_content_update", args=[module.pk, "file", File.objects.get().pk])

    uploader.client.post(path, {"title": "Paper", "file": ContentFile(PDF, "Other.pdf")})

    assert File.objects.get().name == "Other.pdf"
