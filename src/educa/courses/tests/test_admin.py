"""Subjects, courses, modules, contents and items in the administration."""

from urllib.parse import unquote

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.actions import trash_course
from educa.courses.models import (
    Attachment,
    CaptionTrack,
    Content,
    Course,
    File,
    Image,
    Module,
    Subject,
    Text,
    Video,
)
from educa.courses.tests.factories import (
    PDF,
    VTT,
    YOUTUBE,
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_subject,
    make_uploaded_video,
    picture,
)

NO_MODULES = {"modules-TOTAL_FORMS": 0, "modules-INITIAL_FORMS": 0}
NO_TRACKS = {"tracks-TOTAL_FORMS": 0, "tracks-INITIAL_FORMS": 0}


@pytest.fixture
def admin(client, db):
    client.force_login(make_admin())
    return client


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:courses_{model}_{page}", args=args)


def bytes_of(response) -> bytes:
    return b"".join(response.streaming_content)


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def fields_of(course: Course, **changes: object) -> dict[str, object]:
    """What the page of a course sends."""
    fields = {name: getattr(course, name) for name in ("title", "slug", "overview", "status")}
    return {**fields, "subject": course.subject_id, **NO_MODULES, **changes}


# Subjects


def test_subject_is_made(admin):
    admin.post(url("subject", "add"), {"title": "Astronomy", "slug": "astronomy"})

    assert Subject.objects.get().slug == "astronomy"


def test_subjects_show_how_many_courses_are_published(admin):
    course = make_course()
    make_course(subject=course.subject, status="draft")

    row = admin.get(url("subject", "changelist")).content.decode()

    assert '<td class="field-published_courses">1</td>' in row


# Courses


def test_course_is_made_with_its_modules(admin):
    owner, subject = make_instructor(), make_subject()
    course = {
        "title": "Waves",
        "slug": "waves",
        "subject": subject.pk,
        "owner": owner.pk,
        "status": "draft",
    }
    modules = {
        "modules-TOTAL_FORMS": 2,
        "modules-INITIAL_FORMS": 0,
        "modules-0-title": "First",
        "modules-1-title": "Second",
    }

    admin.post(url("course", "add"), {**course, **modules})

    assert list(Module.objects.values_list("title", "order")) == [("First", 0), ("Second", 1)]


def test_slug_that_is_left_out_is_made_from_the_title(admin):
    course = {"title": "Waves & Sound", "subject": make_subject().pk, "owner": make_instructor().pk}

    admin.post(url("course", "add"), {**course, "status": "draft", **NO_MODULES})

    assert Course.objects.get().slug == "waves-sound"


def test_co_instructors_are_chosen_among_those_who_teach(admin):
    course, helper, student = make_course(), make_instructor(), make_user()
    page = url("course", "change", course.pk)

    refused = admin.post(page, fields_of(course, co_instructors=[student.pk]))
    admin.post(page, fields_of(course, co_instructors=[helper.pk]))

    assert "co_instructors" in errors(refused)
    assert list(course.co_instructors.all()) == [helper]


def test_co_instructor_who_does_not_teach_any_more_hinders_no_change(admin):
    course, helper = make_course(), make_instructor()
    course.co_instructors.add(helper)
    helper.groups.clear()
    changes = {"title": "Other", "co_instructors": [helper.pk]}

    admin.post(url("course", "change", course.pk), fields_of(course, **changes))

    course.refresh_from_db()
    assert course.title == "Other"


def test_owner_is_no_co_instructor(admin):
    course = make_course()

    response = admin.post(
        url("course", "change", course.pk), fields_of(course, co_instructors=[course.owner.pk])
    )

    assert "co_instructors" in errors(response)


@pytest.mark.parametrize("key", ["abc", 2**70, -1, "\0"])
def test_co_instructors_that_can_be_nobody_are_refused(admin, key):
    course = make_course()

    response = admin.post(
        url("course", "change", course.pk), fields_of(course, co_instructors=[key])
    )

    assert "co_instructors" in errors(response)


def test_courses_in_the_trash_are_listed_apart_and_taken_back(admin):
    course, other = make_course(title="Ebb"), make_course(title="Flow")
    trash_course(course=course, by=course.owner)
    page = url("course", "changelist")

    found = admin.get(page, {"trash": "yes"}).content.decode()
    kept = admin.get(page, {"trash": "no"}).content.decode()
    chosen = [course.pk, other.pk]
    admin.post(page, {"action": "take_back_chosen", "_selected_action": chosen})

    assert ("Ebb" in found, "Flow" in found) == (True, False)
    assert ("Ebb" in kept, "Flow" in kept) == (False, True)
    assert Course.objects.present().count() == 2


def test_word_of_the_urls_is_refused_beside_the_field(admin):
    course = make_course()

    response = admin.post(url("course", "change", course.pk), fields_of(course, slug="create"))

    assert errors(response) == {"slug": ["“create” is used by the site itself."]}


def test_taken_slug_is_refused_beside_the_field(admin):
    course, other = make_course(), make_course()

    response = admin.post(url("course", "change", course.pk), fields_of(course, slug=other.slug))

    assert list(errors(response)) == ["slug"]


def test_course_can_not_be_made_for_somebody_who_does_not_teach(admin):
    course = {
        "title": "Waves",
        "subject": make_subject().pk,
        "owner": make_user().pk,
        "status": "draft",
    }

    response = admin.post(url("course", "add"), {**course, **NO_MODULES})

    assert list(errors(response)) == ["owner"]


def test_owner_is_not_changed_in_passing(admin):
    course = make_course()

    admin.post(url("course", "change", course.pk), fields_of(course, owner=make_instructor().pk))

    assert Course.objects.get().owner == course.owner


def test_place_of_a_module_is_not_changed_in_passing(admin):
    course = make_course()
    first, second = make_module(course), make_module(course)
    rows = {"modules-TOTAL_FORMS": 2, "modules-INITIAL_FORMS": 2}
    for number, module in enumerate((first, second)):
        rows |= {
            f"modules-{number}-id": module.pk,
            f"modules-{number}-course": course.pk,
            f"modules-{number}-title": f"Title {number}",
            f"modules-{number}-order": 1,
        }

    admin.post(url("course", "change", course.pk), fields_of(course, **rows))

    assert list(course.modules.values_list("title", "order")) == [("Title 0", 0), ("Title 1", 1)]


def test_course_with_more_modules_than_a_form_can_hold_still_opens_and_saves(admin):
    course = make_course()
    Module.objects.bulk_create([Module(course=course, title=str(number)) for number in range(300)])

    response = admin.get(url("course", "change", course.pk))
    admin.post(url("course", "change", course.pk), fields_of(course, title="Another title"))

    assert f"?course__id__exact={course.pk}" in response.content.decode()
    assert Course.objects.get().title == "Another title"


def test_cover_that_is_no_picture_is_refused_beside_the_field(admin, stored):
    course = make_course()
    page = SimpleUploadedFile("cover.png", b"<script>alert(1)</script>", "image/png")

    response = admin.post(url("course", "change", course.pk), fields_of(course, cover=page))

    assert list(errors(response)) == ["cover"]


def test_cover_is_shown_through_the_private_media_page(admin):
    course = make_course(cover=ContentFile(picture(), "cover.png"))

    text = admin.get(url("course", "change", course.pk)).content.decode()

    assert f'href="{reverse("media", args=[course.cover.name])}"' in text
    assert bytes_of(admin.get(reverse("media", args=[course.cover.name]))) == picture()


# Handing over


def test_question_to_whom_a_course_goes(admin):
    course = make_course(title="Waves and Sound")

    text = admin.get(url("course", "hand_over", course.pk)).content.decode()

    assert "Waves and Sound" in text
    assert (
        url("course", "hand_over", course.pk)
        in admin.get(url("course", "change", course.pk)).content.decode()
    )


def test_course_is_handed_over_and_that_is_logged(admin):
    content, to = make_content(), make_instructor(display_name="New Owner")
    course = content.module.course

    response = admin.post(
        url("course", "hand_over", course.pk), {"owner": to.pk, "confirmed": "yes"}
    )

    assert response.url == url("course", "change", course.pk)
    assert Course.objects.get().owner == Text.objects.get().owner == to
    entry = LogEntry.objects.get()
    assert entry.change_message == f"Handed over from {course.owner.shown_name} to New Owner."


def test_chosen_courses_are_handed_over_together(admin):
    chosen, other, to = [make_course(), make_course()], make_course(), make_instructor()
    answer = {"action": "hand_over_chosen", "_selected_action": [course.pk for course in chosen]}

    question = admin.post(url("course", "changelist"), answer)
    admin.post(url("course", "changelist"), {**answer, "owner": to.pk, "confirmed": "yes"})

    assert all(course.title in question.content.decode() for course in chosen)
    assert set(Course.objects.filter(owner=to)) == set(chosen)
    assert Course.objects.get(pk=other.pk).owner == other.owner


def test_all_courses_of_a_list_are_handed_over_together(admin):
    drafts, other, to = (
        [make_course(status="draft") for _ in range(3)],
        make_course(),
        make_instructor(),
    )
    answer = {
        "action": "hand_over_chosen",
        "_selected_action": [drafts[0].pk],
        "select_across": "1",
    }

    admin.post(
        url("course", "changelist") + "?status__exact=draft",
        {**answer, "owner": to.pk, "confirmed": "yes"},
    )

    assert set(Course.objects.filter(owner=to)) == set(drafts)
    assert Course.objects.get(pk=other.pk).owner == other.owner


@pytest.mark.parametrize("owner", ["", "0", "nobody", "student"])
def test_course_goes_to_nobody_who_does_not_teach(admin, owner):
    course = make_course()
    owner = make_user().pk if owner == "student" else owner

    response = admin.post(
        url("course", "hand_over", course.pk), {"owner": owner, "confirmed": "yes"}
    )

    assert list(response.context["form"].errors) == ["owner"]
    assert Course.objects.get().owner == course.owner


def test_only_who_may_change_courses_hands_them_over(client, db):
    course, staff = make_course(), make_user(is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_course"))
    client.force_login(staff)

    page = client.post(
        url("course", "hand_over", course.pk), {"owner": make_instructor().pk, "confirmed": "yes"}
    )
    answer = {"action": "hand_over_chosen", "_selected_action": [course.pk], "confirmed": "yes"}
    client.post(url("course", "changelist"), {**answer, "owner": make_instructor().pk})

    assert page.status_code == 403
    assert Course.objects.get().owner == course.owner


@pytest.mark.parametrize("pk", ["0", "999", "nonsense"])
def test_course_that_is_not_there_can_not_be_handed_over(admin, pk):
    assert admin.get(url("course", "hand_over", pk)).status_code == 404


def test_looking_at_the_question_changes_nothing(admin):
    course = make_course()

    admin.get(
        url("course", "hand_over", course.pk), {"owner": make_instructor().pk, "confirmed": "yes"}
    )

    assert Course.objects.get().owner == course.owner


# Modules and contents


def test_module_shows_what_stands_in_it(admin):
    content = make_content(title="What waves are")

    text = admin.get(url("module", "change", content.module_id)).content.decode()

    assert f'<a href="{url("text", "change", content.object_id)}">What waves are</a>' not in text
    assert f'<a href="{url("content", "change", content.pk)}">What waves are</a>' in text


def test_module_that_is_made_comes_last(admin):
    course = make_module().course

    admin.post(url("module", "add"), {"course": course.pk, "title": "Last", "order": 0})

    assert list(course.modules.values_list("title", "order"))[-1] == ("Last", 1)


def test_content_shows_its_kind_and_leads_to_its_item(admin):
    content = make_content(kind="image")

    text = admin.get(url("content", "change", content.pk)).content.decode()

    assert f'<a href="{url("image", "change", content.object_id)}">' in text


def test_content_moves_to_another_module_of_its_course(admin):
    content = make_content()
    other = make_module(content.module.course)
    make_content(other)

    admin.post(url("content", "change", content.pk), {"module": other.pk, "order": 0})

    content.refresh_from_db()
    assert (content.module, content.order) == (other, 1)


def test_content_does_not_move_to_another_course(admin):
    content = make_content()

    response = admin.post(url("content", "change", content.pk), {"module": make_module().pk})

    assert list(errors(response)) == ["module"]


def test_contents_are_found_by_their_kind_and_by_the_title_of_their_item(admin):
    wanted = make_content(kind="image", title="Needle")
    make_content(title="Needle")
    make_content(kind="image")

    found = admin.get(url("content", "changelist"), {"q": "needle", "kind": "image"})

    assert list(found.context["cl"].result_list) == [wanted]


# Items


def test_text_is_made_in_its_place(admin):
    module = make_content().module

    admin.post(
        url("text", "add"),
        {"module": module.pk, "title": "New", "content": "# Hello", "format": "markdown"},
    )

    content = module.contents.get(order=1)
    assert (content.item.title, content.item.owner) == ("New", module.course.owner)


def test_item_without_a_place_is_not_made(admin):
    response = admin.post(
        url("text", "add"), {"title": "New", "content": "x", "format": "markdown"}
    )

    assert list(errors(response)) == ["module"]
    assert not Text.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_file_is_made_and_deleted_without_a_trace(admin, stored):
    upload = SimpleUploadedFile("Paper.pdf", PDF)
    admin.post(url("file", "add"), {"module": make_module().pk, "title": "Paper", "file": upload})
    item = File.objects.get()
    assert (item.name, item.size, item.media_type) == ("Paper.pdf", len(PDF), "application/pdf")
    assert stored() == [item.file.name]

    admin.post(url("file", "delete", item.pk), {"post": "yes"})

    assert not Content.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_contents_chosen_together_are_deleted_without_a_trace(admin, stored):
    chosen = [make_content(kind="file").pk, make_content(kind="image").pk]
    action = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    admin.post(url("content", "changelist"), action)

    assert not File.objects.exists()
    assert not Image.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_course_is_deleted_without_a_trace(admin, stored):
    content = make_content(kind="file")
    make_attachment(content.module.course)

    admin.post(url("course", "delete", content.module.course.pk), {"post": "yes"})

    assert not File.objects.exists()
    assert not Course.objects.exists()


BAD_UPLOADS = {
    "file": SimpleUploadedFile("page.html", b"<script>alert(1)</script>", "text/html"),
    "image": SimpleUploadedFile("photo.png", b"<svg onload=alert(1)>", "image/png"),
    "video": SimpleUploadedFile("film.pdf", PDF, "video/mp4"),
}


@pytest.mark.parametrize("kind", BAD_UPLOADS)
def test_file_that_is_something_else_is_refused_beside_the_field(admin, kind, stored):
    upload = BAD_UPLOADS[kind]
    upload.seek(0)

    fields = {"module": make_module().pk, "title": "x", "file": upload, **NO_TRACKS}
    response = admin.post(url(kind, "add"), fields)

    assert "file" in errors(response)
    assert not Content.objects.exists()


def test_video_by_link_is_made_with_no_captions(admin):
    admin.post(
        url("video", "add"), {"module": make_module().pk, "title": "x", "url": YOUTUBE, **NO_TRACKS}
    )

    assert Video.objects.get().embed.host == "YouTube"


@pytest.mark.parametrize(
    "source", [{}, {"url": YOUTUBE, "file": SimpleUploadedFile("a.webm", b"\x1a\x45\xdf\xa3")}]
)
def test_video_without_a_source_or_with_two_is_refused_once(admin, source):
    response = admin.post(
        url("video", "add"), {"module": make_module().pk, "title": "x", **source, **NO_TRACKS}
    )

    assert errors(response) == {"__all__": ["Give a link or a file, one of the two."]}


@pytest.mark.parametrize(
    ("data", "count"), [(VTT, 1), (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", 0)]
)
def test_captions_are_added_on_the_page_of_the_video(admin, data, count):
    video = make_content(item=make_uploaded_video()).item
    track = {
        "tracks-TOTAL_FORMS": 1,
        "tracks-INITIAL_FORMS": 0,
        "tracks-0-language": "en",
        "tracks-0-label": "English",
        "tracks-0-file": SimpleUploadedFile("words.vtt", data),
    }

    admin.post(url("video", "change", video.pk), {"title": video.title, **track})

    assert CaptionTrack.objects.count() == count


def test_second_captions_of_a_language_are_refused(admin):
    track = make_captions()

    fields = {
        "video": track.video_id,
        "language": "en",
        "label": "x",
        "file": SimpleUploadedFile("a.vtt", VTT),
    }
    response = admin.post(url("captiontrack", "add"), fields)

    assert errors(response)


def test_attachment_knows_what_it_is(admin):
    upload = SimpleUploadedFile("Notes.pdf", PDF, "text/html")

    admin.post(url("attachment", "add"), {"course": make_course().pk, "file": upload})

    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.media_type, attachment.size) == (
        "Notes.pdf",
        "application/pdf",
        len(PDF),
    )


def test_administrator_downloads_files_nobody_else_can(admin, client):
    item = make_content(kind="file").item

    assert bytes_of(admin.get(item.file_url)) == PDF
    client.force_login(User.objects.get(pk=make_user().pk))
    assert client.get(item.file_url).status_code == 404


# Addresses that make no sense

HUGE = [
    "9" * 401,
    "9" * 5_000,
    str(2**63),
    str(-(2**63) - 1),
    "0",
    "-1",
    "1",
    "9999",
    "10000",
    "x",
    "",
]
WRONG = [
    *(f"created__year={number}" for number in HUGE),
    *(f"created__month={number}" for number in HUGE),
    *(f"created__day={number}" for number in HUGE),
    *(f"created__year=2026&created__month={number}" for number in HUGE),
    *(f"created__year=2026&created__month=2&created__day={number}" for number in HUGE),
    "created__year=9999&created__month=12",
    "created__year=9999&created__month=12&created__day=31",
    *(f"subject__id__exact={number}" for number in HUGE),
    *(f"id__in={number}" for number in HUGE),
    *(f"p={number}" for number in HUGE),
    "created__gte=0001-01-01T00:00%2B14:00",
    "created__lt=9999-12-31T23:59-12:00",
    "o=" + "9" * 401,
    "q=" + "word+" * 1_500,
]


@pytest.mark.parametrize("query", WRONG)
def test_list_of_courses_opens_whatever_its_address_asks_for(admin, query):
    make_course()

    response = admin.get(f"{url('course', 'changelist')}?{query}", follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("model", ["accounts/user", "auth/group"])
def test_lists_of_people_and_groups_open_whatever_their_address_asks_for(admin, model, number):
    response = admin.get(f"/admin/{model}/?id__in={number}", follow=True)

    assert response.status_code == 200


PICK = "/admin/autocomplete/?app_label=courses&model_name=course&field_name=owner&term="
NUL = [
    "/admin/courses/course/?status__exact=%00",
    "/admin/courses/course/?q=%00",
    "/admin/courses/course/?%00=1",
    "/admin/courses/attachment/?media_type=a%00",
    f"{PICK}%00",
]


@pytest.mark.parametrize("address", NUL)
def test_nul_in_an_address_is_a_bad_request(admin, address):
    assert admin.get(address).status_code == 400
    assert admin.get(f"{PICK}a").status_code == 200


@pytest.mark.parametrize("field", ["modules", "attachments", "enrollments", "id", "none"])
def test_field_that_offers_nothing_to_pick_is_forbidden(admin, field):
    assert admin.get(PICK.replace("owner", field)).status_code == 403


def test_search_for_very_many_words_is_one_for_the_first(admin):
    assert admin.get(f"{PICK}{'a+' * 1_500}").status_code == 200


@pytest.mark.parametrize("key", ["9" * 30, str(2**63), "x", "%00", "-1", ""])
def test_action_on_a_row_that_can_not_be_there_is_a_bad_request(admin, key):
    make_course()
    data = {"action": "delete_selected", "_selected_action": [unquote(key)]}

    response = admin.post(url("course", "changelist"), data)

    assert response.status_code == 400
    assert Course.objects.count() == 1


@pytest.mark.parametrize("admission", ["", "x"])
def test_admission_that_can_not_be_stays_as_it_was(admin, admission):
    course = make_course(admission="closed")
    data = {"title": "T", "slug": course.slug, "subject": course.subject_id, "status": "draft"}

    admin.post(url("course", "change", course.pk), {**data, **NO_MODULES, "admission": admission})

    course.refresh_from_db()
    assert course.admission == "closed"
