"""Pictures and files for texts: judged by their bytes, kept beside the contents of the course."""

import io

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.models import Attachment, Course
from educa.courses.tests.factories import PDF, make_course, picture
from educa.students.models import Enrollment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stored")]

JSON = {"headers": {"Accept": "application/json"}}
HOSTILE = {
    "a page": ("page.html", b"<!doctype html><script>alert(1)</script>"),
    "a page that calls itself a picture": ("page.png", b"<!doctype html><script>alert(1)</script>"),
    "a drawing with a script": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a program": ("setup.exe", b"MZ\x90\0"),
    "PostScript": ("figure.eps", b"%!PS-Adobe-3.0 EPSF-3.0"),
    "half a picture": ("half.png", picture()[:45]),
    "a picture with two endings": ("photo.png.html", picture()),
    "no ending": ("photo", picture()),
    "a picture that is a PDF": ("photo.jpg", PDF),
}


@pytest.fixture
def course():
    """A course, beside one of somebody else."""
    make_course()
    return make_course(owner=make_instructor(), status=Course.Status.DRAFT)


@pytest.fixture
def url(course):
    return reverse("attachment_create", args=[course.pk])


@pytest.fixture
def browser(client, course):
    client.force_login(course.owner)
    return client


def upload(browser, url, name="square.png", data=None, **more):
    file = SimpleUploadedFile(name, picture() if data is None else data)
    return browser.post(url, {"file": file}, **more)


def test_picture_is_kept_and_can_be_shown(browser, url, course):
    answer = upload(browser, url, **JSON)

    attachment = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "url": attachment.get_absolute_url(),
        "name": "square.png",
        "media_type": "image/png",
        "width": 8,
        "height": 6,
        "markdown": f"![]({attachment.get_absolute_url()})",
        "delete": reverse("attachment_delete", args=[attachment.pk]),
    }
    assert (attachment.course, attachment.size) == (course, len(picture()))
    assert not attachment.instructors_only
    response = browser.get(attachment.get_absolute_url())
    assert b"".join(response.streaming_content) == picture()


def test_file_becomes_a_link_with_its_name(browser, url):
    answer = upload(browser, url, "day_light [1].pdf", PDF, **JSON).json()

    assert answer["media_type"] == "application/pdf"
    assert answer["markdown"] == rf"[day\_light \[1\].pdf]({answer['url']})"
    assert (answer["width"], answer["height"]) == (None, None)


def test_picture_does_not_tell_where_it_was_taken(browser, url, settings):
    exif = PIL.Image.Exif()
    exif[0x010E] = "At home"
    data = io.BytesIO()
    PIL.Image.new("RGB", (30, 20)).save(data, "JPEG", exif=exif)

    upload(browser, url, "photo.jpg", data.getvalue(), **JSON)

    with PIL.Image.open(Attachment.objects.get().file.path) as kept:
        assert not kept.getexif()


def test_large_picture_has_smaller_ones_beside_it(browser, url, stored):
    upload(browser, url, data=picture("PNG", 1200, 30), **JSON)

    assert len(stored()) > 1


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused_with_words_and_leave_nothing(browser, url, stored, what):
    answer = upload(browser, url, *HOSTILE[what], **JSON)

    assert answer.status_code in {400, 415}
    assert answer.json()["errors"]["__all__"][0]
    assert not Attachment.objects.exists()
    assert stored() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/pass wd.png", "pass wd.png"),
        ("C:\\photos\\beach.png", "beach.png"),
        ("a\u202egnp.png", "agnp.png"),
        ("<img onerror=alert(1)>.png", "<img onerror=alert(1)>.png"),
    ],
)
def test_name_is_only_shown_and_the_stored_one_is_random(browser, url, name, shown):
    assert upload(browser, url, name, **JSON).json()["name"] == shown

    assert shown.partition(".")[0] not in Attachment.objects.get().file.name


def test_too_large_a_file_is_refused(browser, url, settings):
    settings.EDUCA_MAX_UPLOAD = len(picture()) - 1

    assert upload(browser, url, **JSON).status_code == 413
    assert not Attachment.objects.exists()


def test_course_without_room_takes_no_file(browser, url, settings, stored):
    settings.EDUCA_COURSE_QUOTA = len(picture()) - 1

    answer = upload(browser, url, **JSON)

    assert answer.status_code == 413
    assert "no room" in answer.json()["errors"]["__all__"][0]
    assert stored() == []


@pytest.mark.parametrize("fields", [{}, {"file": "words"}])
def test_request_without_a_file_is_refused(browser, url, fields):
    assert browser.post(url, fields, **JSON).status_code == 400


def test_empty_file_is_refused(browser, url):
    assert upload(browser, url, data=b"", **JSON).status_code == 400


def test_nothing_in_the_request_says_where_it_goes(browser, url, course):
    other = make_course()
    fields = {"course": other.pk, "path": "x", "name": "x", "instructors_only": "1"}

    browser.post(url, {"file": SimpleUploadedFile("a.png", picture()), **fields}, **JSON)

    attachment = Attachment.objects.get()
    assert (attachment.course, attachment.path, attachment.name) == (course, "", "a.png")
    assert not attachment.instructors_only


def test_browser_without_scripts_goes_back_to_the_files(browser, url, course):
    files = reverse("course_attachment_list", args=[course.pk])

    assert upload(browser, url).url == files
    assert upload(browser, url, "page.html", b"<p>").url == files
    assert Attachment.objects.count() == 1


def test_files_are_taken_from_those_who_may_change_the_course(client, course, url):
    assistant, student = make_instructor(), make_user()
    course.co_instructors.add(assistant)
    Enrollment.objects.enroll(student, course)

    assert upload(client, url).status_code == 302
    for person, status in ((student, 403), (make_instructor(), 404), (assistant, 201)):
        client.force_login(person)
        assert upload(client, url, **JSON).status_code == status
    assert Attachment.objects.count() == 1


def test_students_see_the_pictures_of_their_course_and_others_do_not(client, browser, url, course):
    address = upload(browser, url, **JSON).json()["url"]
    Course.objects.filter(pk=course.pk).update(status=Course.Status.PUBLISHED)
    student = make_user()
    Enrollment.objects.enroll(student, course)

    client.force_login(student)
    assert b"".join(client.get(address).streaming_content) == picture()
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_course_shows_that_it_has_changed(browser, url, course):
    before = course.updated

    upload(browser, url, **JSON)

    course.refresh_from_db()
    assert course.updated > before


def test_made_up_course_is_not_known(browser):
    assert upload(browser, reverse("attachment_create", args=[2**70])).status_code == 404
