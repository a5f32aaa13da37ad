"""/documenten/"""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("<uuid:uuid>/", views.download, name="download"),
    path("<uuid:uuid>/logboek/", views.log, name="log"),
]
