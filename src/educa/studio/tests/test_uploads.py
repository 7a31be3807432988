"""Uploads in parts: the protocol, who may, and what is there after whatever happens."""

import uuid
from base64 import b64encode
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from educa.accounts.models import INSTRUCTORS
from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.duties import end_what_nobody_goes_on_uploading
from educa.courses.models import Upload
from educa.courses.tests.factories import PDF, make_course
from educa.lib.parts import held
from educa.studio.tests.uploading import Uploader, checksum, words_of

pytestmark = pytest.mark.django_db

UPLOADS = "upload_create", "upload_detail"


@pytest.fixture(autouse=True)
def folder(settings, kept):
    return settings.EDUCA_UPLOAD_DIR


@pytest.fixture
def owner(uploader):
    return uploader.user


@pytest.fixture
def course(owner):
    return make_course(owner=owner)


@pytest.fixture
def path(uploader, course):
    """Where the parts of a file of ten bytes go."""
    return uploader.announce(course, 10, "notes.txt").headers["Location"]


def bytes_in(folder):
    return [file.read_bytes() for file in folder.iterdir()]


def test_a_file_arrives_in_parts(uploader, path, folder):
    first = uploader.send(path, b"four", 0)
    second = uploader.send(path, b"andsix", 4)

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4")
    assert (second.status_code, second.headers["Upload-Offset"]) == (204, "10")
    assert bytes_in(folder) == [b"fourandsix"]
    assert Upload.objects.get().is_whole


def test_one_is_told_where_the_parts_go_and_until_when(uploader, course):
    response = uploader.announce(course, 10)

    upload = Upload.objects.get()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/uploads/{upload.pk}/"
    assert response.headers["Upload-Expires"].endswith(" GMT")
    assert (upload.name, upload.size, upload.course) == ("Paper.pdf", 10, course)


def test_one_can_ask_how_much_is_there(uploader, path):
    uploader.send(path, b"four")

    response = uploader.look(path)

    assert response.status_code == 200
    assert response.headers["Upload-Offset"] == "4"
    assert response.headers["Upload-Length"] == "10"
    assert response.headers["Upload-Metadata"] == f"filename {b64encode(b'notes.txt').decode()}"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Tus-Resumable"] == "1.0.0"


def test_the_server_says_what_it_can(uploader, course, settings):
    response = uploader.ask("OPTIONS", reverse("upload_create", args=[course.pk]))

    assert response.status_code == 204
    assert response.headers["Tus-Version"] == "1.0.0"
    assert response.headers["Tus-Max-Size"] == str(settings.EDUCA_MAX_UPLOAD)
    assert response.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert set(response.headers["Tus-Extension"].split(",")) == {
        "creation",
        "expiration",
        "termination",
        "checksum",
    }


@pytest.mark.parametrize("version", ["", "0.2.2", "2.0.0"])
def test_another_version_of_the_protocol_is_refused(uploader, path, version):
    response = uploader.send(path, b"four", Tus_Resumable=version)

    assert response.status_code == 412
    assert response.headers["Tus-Version"] == "1.0.0"
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize("offset", [0, 3, 5, 10])
def test_a_part_from_elsewhere_is_refused(uploader, path, folder, offset):
    uploader.send(path, b"four")

    assert uploader.send(path, b"four", offset).status_code == 409
    assert bytes_in(folder) == [b"four"]


def test_more_than_was_announced_is_refused(uploader, path, folder):
    response = uploader.send(path, b"eleven bytes")

    assert response.status_code == 413
    assert bytes_in(folder) == [b""]


@pytest.mark.parametrize("offset", ["", "-1", "+1", "1.0", "٤", "1e3", "9" * 19])
def test_an_offset_that_is_no_number_is_refused(uploader, path, offset):
    assert uploader.ask("PATCH", path, b"four", Upload_Offset=offset).status_code == 400


def test_a_part_has_to_say_that_it_is_one(uploader, path):
    response = uploader.send(path, b"four", Content_Type="application/octet-stream")

    assert response.status_code == 415


def test_a_part_that_adds_up_is_taken(uploader, path, folder):
    assert uploader.send(path, b"four", Upload_Checksum=checksum(b"four")).status_code == 204
    assert bytes_in(folder) == [b"four"]


def test_a_part_that_does_not_add_up_is_cut_off_again(uploader, path, folder):
    uploader.send(path, b"four")

    response = uploader.send(path, b"andsix", 4, Upload_Checksum=checksum(b"andfix"))

    assert response.status_code == 460
    assert bytes_in(folder) == [b"four"]
    assert uploader.send(path, b"andsix", 4).status_code == 204


@pytest.mark.parametrize("value", ["md5 YQ==", "sha256 ?", "sha256", "", "sha256 YQ== YQ=="])
def test_a_checksum_that_can_not_be_understood_takes_nothing(uploader, path, folder, value):
    assert uploader.send(path, b"four", Upload_Checksum=value).status_code in {400, 460}
    assert bytes_in(folder) == [b""]


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_given_up_leaves_nothing(uploader, path, folder):
    uploader.send(path, b"four")

    assert uploader.ask("DELETE", path).status_code == 204
    assert not Upload.objects.exists()
    assert bytes_in(folder) == []
    assert uploader.look(path).status_code == 404


def test_a_line_that_knows_only_get_and_post_can_send_parts_too(uploader, path):
    response = uploader.ask("POST", path, b"four", Upload_Offset=0, X_HTTP_Method_Override="PATCH")

    assert response.status_code == 204
    assert Upload.objects.get().received == 4


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_other_methods_are_not_known(uploader, path, method):
    assert uploader.ask(method, path).status_code == 405


# What is there after an accident


def test_what_a_crash_left_without_its_row_does_not_count(uploader, path, folder):
    uploader.send(path, b"four")
    next(folder.iterdir()).write_bytes(b"fourand")

    assert uploader.look(path).headers["Upload-Offset"] == "4"
    assert uploader.send(path, b"andsix", 4).status_code == 204
    assert bytes_in(folder) == [b"fourandsix"]


def test_what_the_disk_has_lost_is_sent_again(uploader, path, folder):
    uploader.send(path, b"four")
    next(folder.iterdir()).write_bytes(b"four"[:2])

    assert uploader.look(path).headers["Upload-Offset"] == "2"
    assert uploader.send(path, b"urandsix", 2).status_code == 204
    assert bytes_in(folder) == [b"fourandsix"]


def test_an_upload_whose_bytes_are_gone_is_gone(uploader, path, folder):
    next(folder.iterdir()).unlink()

    assert uploader.look(path).status_code == 404
    assert uploader.send(path, b"four").status_code == 404


def test_of_two_who_send_at_once_one_is_told_to_wait(uploader, path, folder):
    with held(next(folder.iterdir())):
        response = uploader.send(path, b"four")

    assert response.status_code == 423
    assert uploader.send(path, b"four").status_code == 204


# Who may


@pytest.fixture
def colleague(course):
    """A co-instructor."""
    colleague = make_instructor()
    course.co_instructors.add(colleague)
    return colleague


def test_a_co_instructor_uploads_too(course, colleague):
    assert Uploader(colleague).announce(course, 10).status_code == 201


def test_nobody_uploads_to_a_course_of_others(course, path):
    stranger = Uploader(make_instructor())

    assert stranger.announce(course, 10).status_code == 404
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_the_upload_of_another_is_not_there_for_co_instructors(path, colleague, method):
    response = Uploader(colleague).ask(method, path, b"four", Upload_Offset=0)

    assert response.status_code == 404
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_who_is_no_instructor_any_more_is_refused_at_once(uploader, owner, path, method):
    owner.groups.clear()

    assert uploader.ask(method, path, b"four", Upload_Offset=0).status_code == 403
    assert Upload.objects.get().received == 0


def test_who_assists_no_more_goes_on_with_nothing(course, colleague):
    uploader = Uploader(colleague)
    path = uploader.announce(course, 10, "notes.txt").headers["Location"]
    course.co_instructors.clear()

    assert uploader.send(path, b"four").status_code == 404


def test_a_student_is_refused(course):
    assert Uploader(make_user()).announce(course, 10).status_code == 403


def test_a_visitor_is_sent_to_sign_in(course, path):
    for where in (reverse("upload_create", args=[course.pk]), path):
        response = Client().generic("POST", where, headers={"Tus-Resumable": "1.0.0"})

        assert response.status_code == 302
        assert response.url.startswith(reverse("login"))


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_forged_request_is_refused(owner, path, method):
    forger = Uploader(owner, Client(enforce_csrf_checks=True))

    assert forger.ask(method, path, b"four", Upload_Offset=0).status_code == 403
    assert Upload.objects.get().received == 0


def test_a_course_in_the_trash_takes_nothing(uploader, course, path):
    course.trashed_at = timezone.now()
    course.save()

    assert uploader.announce(course, 10).status_code == 404
    assert uploader.send(path, b"four").status_code == 404


def test_what_is_not_there_is_not_found(uploader):
    assert uploader.look(f"/uploads/{uuid.UUID(int=0)}/").status_code == 404


def test_a_course_with_a_number_beyond_all_numbers_is_not_found(uploader):
    path = f"/uploads/{2**64}/"

    assert uploader.ask("POST", path, Upload_Length=1, Upload_Metadata="x YQ==").status_code == 404


# What is refused before a byte of it is sent


def test_a_file_over_the_limit_is_refused_at_once(uploader, course, settings, folder):
    response = uploader.announce(course, settings.EDUCA_MAX_UPLOAD + 1)

    assert response.status_code == 413
    assert "too large" in words_of(response)
    assert bytes_in(folder) == []


@pytest.mark.parametrize("name", ["page.html", "run.exe", "drawing.svg", "noending", "a.pdf.html"])
def test_a_file_that_is_not_on_the_list_is_refused_at_once(uploader, course, name, folder):
    response = uploader.announce(course, 10, name)

    assert response.status_code == 415
    assert "can't be uploaded" in words_of(response)
    assert bytes_in(folder) == []


def test_an_empty_file_is_refused_at_once(uploader, course):
    response = uploader.announce(course, 0)

    assert response.status_code == 400
    assert words_of(response) == "This file is empty."


@pytest.mark.parametrize(
    "metadata", ["", "filename", "filename ?", "filename /w==", "filetype YQ=="]
)
def test_a_file_without_a_name_is_refused_at_once(uploader, course, metadata):
    path = reverse("upload_create", args=[course.pk])

    response = uploader.ask("POST", path, Upload_Length=10, Upload_Metadata=metadata)

    assert response.status_code in {400, 415}
    assert not Upload.objects.exists()


def test_a_course_without_room_refuses_at_once(uploader, course, settings):
    settings.EDUCA_COURSE_QUOTA = 15
    uploader.announce(course, 10)

    response = uploader.announce(course, 6)

    assert response.status_code == 413
    assert "no room" in words_of(response)
    assert Upload.objects.count() == 1


def test_who_leaves_too_much_unfinished_has_to_end_some(uploader, course, monkeypatch, folder):
    monkeypatch.setattr("educa.courses.actions.uploading.MOST_UNFINISHED", 2)
    for _ in range(2):
        assert uploader.announce(course, 10).status_code == 201

    response = uploader.announce(course, 10)

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 24 * 3600
    assert len(bytes_in(folder)) == 2


def test_others_are_not_held_up_by_that(uploader, course, colleague, monkeypatch):
    monkeypatch.setattr("educa.courses.actions.uploading.MOST_UNFINISHED", 1)
    uploader.announce(course, 10)

    assert Uploader(colleague).announce(course, 10).status_code == 201


# What is refused when it is there


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_not_what_its_name_says_goes_with_its_last_part(uploader, path, folder):
    uploader.send(path, b"four")

    response = uploader.send(path, b"\0\1\2\3\4\5", 4)

    assert response.status_code == 415
    assert words_of(response) == "This is not a .txt file: its contents are something else."
    assert not Upload.objects.exists()
    assert bytes_in(folder) == []


# What nobody goes on with


@pytest.mark.django_db(transaction=True)
def test_an_abandoned_upload_goes_after_a_day_and_others_stay(uploader, course, folder):
    old = uploader.upload(course)
    uploader.announce(course, 10)
    Upload.objects.filter(pk=old.pk).update(touched=timezone.now() - timedelta(hours=25))

    end_what_nobody_goes_on_uploading()

    assert [upload.received for upload in Upload.objects.all()] == [0]
    assert bytes_in(folder) == [b""]


def test_going_on_keeps_an_upload(uploader, path):
    Upload.objects.update(touched=timezone.now() - timedelta(hours=25))

    uploader.send(path, b"four")
    end_what_nobody_goes_on_uploading()

    assert Upload.objects.get().received == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("goes", ["course", "owner"])
def test_bytes_go_with_their_course_and_with_their_owner(course, colleague, folder, goes):
    Uploader(colleague).upload(course)

    (course if goes == "course" else colleague).delete()

    assert bytes_in(folder) == []


@pytest.mark.django_db(transaction=True)
def test_an_announcement_that_fails_leaves_nothing(uploader, course, folder, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(Upload, "save", fail)

    with pytest.raises(ZeroDivisionError):
        uploader.announce(course, 10)

    assert bytes_in(folder) == []


def test_an_instructor_again_goes_on_where_they_left(uploader, owner, path):
    owner.groups.clear()
    uploader.send(path, b"four")
    owner.groups.add(Group.objects.get(name=INSTRUCTORS))

    assert uploader.send(path, b"four").status_code == 204


def test_a_whole_file_is_judged_only_as_a_whole(uploader, course):
    path = uploader.announce(course, len(PDF)).headers["Location"]

    assert uploader.send(path, PDF[:3]).status_code == 204
    assert uploader.send(path, PDF[3:], 3).status_code == 204
