"""Pictures in messages."""

import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from educa.chat import actions
from educa.chat.tests.asking import JSON, address, code_of
from educa.chat.tests.factories import make_member, say
from educa.courses.tests.factories import make_course, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(course, settings, tmp_path):
    """A message with a picture of 1000 by 700 pixels."""
    settings.MEDIA_ROOT = tmp_path
    return say(course, picture=ContentFile(picture("JPEG", 1000, 700), "photo.jpeg"))


def bytes_of(answer):
    return answer.status_code, answer.headers["Content-Type"], len(answer.getvalue())


def test_picture_is_sent_with_a_message(course, member, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("../../a.html", picture(width=600), "text/html")

    answer = post("message_list", message="", client_id=uuid.uuid4(), picture=file)

    place = address("message_picture", course, 1)
    assert answer.json()["picture"] == {"url": place, "width": 600, "height": 6}


def test_only_where_messages_are_said_a_request_may_carry_a_picture(course, settings):
    fitting = [
        most
        for path, most in settings.UPLOAD_PATHS.items()
        if re.search(path, address("message_list", course))
    ]

    assert fitting == [settings.EDUCA_CHAT_MAX_PICTURE]


def test_picture_that_is_none_is_refused(post):
    for data in (b"", b"<svg onload='alert(1)'/>", b"%PDF-1.4"):
        file = SimpleUploadedFile("a.png", data, "image/png")
        answer = post("message_list", message="Look", client_id=uuid.uuid4(), picture=file)
        assert code_of(answer) == (400, "no-picture")


def test_picture_is_for_who_may_enter_the_room(client, course, member, shown):
    place = address("message_picture", course, 1)

    status, kind, size = bytes_of(client.get(place))

    assert (status, kind, size) == (200, "image/jpeg", shown.picture.size)
    client.force_login(make_member(make_course()))
    assert client.get(place).status_code == 404


def test_narrow_screen_gets_a_smaller_picture(client, course, member, shown):
    place = address("message_picture", course, 1)
    small, whole = (bytes_of(client.get(place, {"width": width})) for width in (480, 1600))

    assert small[:2] == (200, "image/webp")
    assert whole == (200, "image/jpeg", shown.picture.size)
    assert client.get(place, {"width": "wide"}, headers=JSON).status_code == 400


def test_picture_runs_nothing(client, course, member, shown):
    answer = client.get(address("message_picture", course, 1))
    answer.close()

    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_picture_of_a_deleted_message_is_gone(client, course, member, shown):
    actions.delete(person=course.owner, course=course.pk, sequence=1)

    assert client.get(address("message_picture", course, 1)).status_code == 404


def test_message_without_a_picture_has_none(client, course, member):
    say(course)

    assert client.get(address("message_picture", course, 1)).status_code == 404


def test_picture_is_found_at_no_other_address(client, course, member, shown):
    assert client.get(reverse("media", args=[shown.picture.name])).status_code == 404
