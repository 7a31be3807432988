"""Where the rooms are."""

from django.urls import path

from educa.chat.views.room import CourseChatRoomView

app_name = "chat"

urlpatterns = [
    path("room/<int:course_id>/", CourseChatRoomView.as_view(), name="course_chat_room"),
]
