"""The pages about access tokens, which stand among those of the account."""

from django.urls import path

from educa.api.views.tokens_page import AccessTokenRevokeView, AccessTokensView

urlpatterns = [
    path("", AccessTokensView.as_view(), name="access_tokens"),
    path("<int:pk>/revoke/", AccessTokenRevokeView.as_view(), name="access_token_revoke"),
]
