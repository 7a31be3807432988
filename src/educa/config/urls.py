"""Where everything is."""

from django.contrib import admin
from django.urls import include, path

from educa.config import views

handler400 = "educa.config.views.bad_request"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("educa.accounts.urls")),
    path("", include("educa.courses.urls")),
    path("students/", include("educa.students.urls")),
    path("admin/", admin.site.urls),
]
