"""/account/collega-s/: included beside accounts.urls, without a namespace of its own."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("collega-s/", views.colleagues, name="colleagues"),
    path("collega-s/<int:pk>/uitnodigen/", views.invite_colleague, name="invite-colleague"),
    path("collega-s/uitnodiging/<int:pk>/opnieuw/", views.invite_again, name="invite-again"),
    path("collega-s/uitnodiging/<int:pk>/intrekken/", views.withdraw_invitation, name="withdraw-invitation"),
    path("collega-s/lidmaatschap/<int:pk>/beeindigen/", views.end_membership, name="end-membership"),
]
