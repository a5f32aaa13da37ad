"""/trajecten/"""

from django.urls import path

from phases import views

app_name = "phases"
urlpatterns = [
    path("", views.trajectory_list, name="list"),
    path("<slug:slug>/", views.trajectory_detail, name="detail"),
    path("<slug:slug>/fase/", views.move_phase, name="move"),
]
