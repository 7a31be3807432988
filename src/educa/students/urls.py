"""Enrolling, my courses, and the player."""

from django.urls import path

from educa.students import views

urlpatterns = [
    path("enroll-course/", views.enroll, name="student_enroll_course"),
    path("leave-course/", views.leave, name="student_leave_course"),
    path("courses/", views.StudentCourseListView.as_view(), name="student_course_list"),
    path("course/<int:pk>/", views.StudentCourseDetailView.as_view(), name="student_course_detail"),
    path(
        "course/<int:pk>/<int:module_id>/",
        views.StudentCourseDetailView.as_view(),
        name="student_course_detail_module",
    ),
]
