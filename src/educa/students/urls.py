"""Enrolling, my courses, and the player."""

from django.urls import path

from educa.students import views
from educa.students.player import views as player

urlpatterns = [
    path("enroll-course/", views.enroll, name="student_enroll_course"),
    path("leave-course/", views.leave, name="student_leave_course"),
    path("courses/", views.StudentCourseListView.as_view(), name="student_course_list"),
    path(
        "course/<int:pk>/", player.StudentCourseDetailView.as_view(), name="student_course_detail"
    ),
    path(
        "course/<int:pk>/<int:module_id>/",
        player.StudentCourseDetailView.as_view(),
        name="student_course_detail_module",
    ),
    path(
        "course/<int:pk>/<int:module_id>/outline/",
        player.ModuleOutlineView.as_view(),
        name="student_module_outline",
    ),
    path(
        "course/<int:pk>/content/<int:content_id>/",
        player.StudentCourseDetailView.as_view(),
        name="student_content_detail",
    ),
    path(
        "course/<int:pk>/content/<int:content_id>/progress/",
        player.ContentProgressView.as_view(),
        name="student_content_progress",
    ),
]
