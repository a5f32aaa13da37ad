"""/account/: included before allauth's addresses, without a namespace of its own."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("uitnodiging/<str:token>/", views.invitation, name="invitation"),
    path("profiel/", views.profile, name="profile"),
]
