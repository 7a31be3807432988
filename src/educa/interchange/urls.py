"""Courses in and out; every path is below /course/."""

from django.urls import path

from educa.interchange import views

urlpatterns = [
    path("import/", views.CourseImportView.as_view(), name="course_import"),
    path("import/<int:transfer>/", views.CourseTransferView.as_view(), name="course_transfer"),
    path("<int:pk>/export/", views.CourseExportView.as_view(), name="course_export"),
    path(
        "export/<int:export>/package/",
        views.CourseExportPackageView.as_view(),
        name="course_export_package",
    ),
]
