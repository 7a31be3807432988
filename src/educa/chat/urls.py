"""Where the rooms are."""

from educa.chat import question_urls

app_name = "chat"

urlpatterns = [*question_urls.urlpatterns]
