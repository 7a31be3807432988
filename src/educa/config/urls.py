"""Where everything is."""

from django.contrib import admin
from django.urls import include, path

from educa.config.metrics import metrics

handler400 = "educa.config.views.bad_request"
handler500 = "educa.config.views.server_error"

urlpatterns = [
    path("", include("educa.accounts.urls")),
    path("accounts/tokens/", include("educa.api.page_urls")),
    path("accounts/webhooks/", include("educa.webhooks.urls")),
    path("course/", include("educa.studio.urls")),
    path("course/", include("educa.interchange.urls")),
    path("", include("educa.courses.urls")),
    path("students/", include("educa.students.urls")),
    path("chat/", include("educa.chat.urls")),
    path("uploads/", include("educa.studio.upload_urls")),
    path("api/", include("educa.api.urls")),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
]
