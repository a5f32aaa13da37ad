"""/praktijken/"""

from django.urls import path

from practices import views

app_name = "practices"
urlpatterns = [
    path("", views.practice_list, name="list"),
    path("nieuw/<int:workgroup>/", views.write_practice, name="write"),
    path("<slug:slug>/", views.practice_detail, name="detail"),
    path("<slug:slug>/bewerken/", views.edit_practice, name="edit"),
    path("<slug:slug>/indienen/", views.submit_practice, name="submit"),
    path("<slug:slug>/delen/", views.publish_practice, name="publish"),
    path("<slug:slug>/terugsturen/", views.send_back_practice, name="send_back"),
]
