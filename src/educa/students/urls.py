"""Enrolling, my courses, and the player."""

from django.urls import path

from educa.students import views
from educa.students.views import notes, searching

urlpatterns = [
    path("enroll-course/", views.enroll, name="student_enroll_course"),
    path("courses/", views.StudentCourseListView.as_view(), name="student_course_list"),
    path("course/<int:pk>/", views.StudentCourseDetailView.as_view(), name="student_course_detail"),
    path(
        "course/<int:pk>/<int:module_id>/",
        views.StudentCourseDetailView.as_view(),
        name="student_course_detail_module",
    ),
    path(
        "course/<int:pk>/content/<int:content_id>/note/",
        notes.NoteView.as_view(),
        name="student_content_note",
    ),
    path("notes/", notes.NoteListView.as_view(), name="student_note_list"),
    path("search/", searching.SearchView.as_view(), name="student_search"),
]
