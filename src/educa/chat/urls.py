"""Where the rooms are."""

from django.urls import URLPattern, URLResolver, include, path

from educa.chat import question_urls
from educa.chat.views import events, keeping, lists, messages, people, picture, room

app_name = "chat"

message: list[URLPattern] = [
    path("edit/", messages.MessageEditView.as_view(), name="message_edit"),
    path("delete/", messages.MessageDeleteView.as_view(), name="message_delete"),
    path("react/", messages.MessageReactView.as_view(), name="message_react"),
    path("pin/", messages.MessagePinView.as_view(), name="message_pin"),
    path("report/", messages.MessageReportView.as_view(), name="message_report"),
    path("answer/", messages.MessageAnswerView.as_view(), name="message_answer"),
    path("picture/", picture.MessagePictureView.as_view(), name="message_picture"),
]
in_room: list[URLPattern | URLResolver] = [
    path("", room.CourseChatRoomView.as_view(), name="course_chat_room"),
    path("messages/", messages.MessageListView.as_view(), name="message_list"),
    path("messages/<int:sequence>/", include(message)),
    path("events/", events.EventListView.as_view(), name="event_list"),
    path("read/", events.ReadView.as_view(), name="read"),
    path("people/", people.PersonListView.as_view(), name="person_list"),
    path("pinned/", lists.PinnedListView.as_view(), name="pinned_list"),
    path("mute/", keeping.MuteView.as_view(), name="mute"),
    path("unmute/", keeping.UnmuteView.as_view(), name="unmute"),
    path("settings/", keeping.RoomSettingsView.as_view(), name="room_settings"),
]

urlpatterns = [path("room/<int:course_id>/", include(in_room)), *question_urls.urlpatterns]
