"""The public catalogue, course pages, and private media."""

from django.urls import path

from educa.courses import views

urlpatterns = [
    path("", views.CourseListView.as_view(), name="course_list"),
    path(
        "course/subject/<slug:subject>/", views.CourseListView.as_view(), name="course_list_subject"
    ),
    path("course/<slug:slug>/", views.CourseDetailView.as_view(), name="course_detail"),
    path("media/<path:name>", views.media, name="media"),
]
