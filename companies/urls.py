"""/inschrijven/ and /bedrijven/ (included at the root)"""

from django.urls import path

from companies import views

app_name = "companies"
urlpatterns = [
    path("inschrijven/", views.intake, name="intake"),
    path("inschrijven/bedankt/", views.thanks, name="thanks"),
    path("bedrijven/", views.company_list, name="list"),
    path("bedrijven/instroom/<slug:slug>/", views.intake_funnel, name="funnel"),
    path("bedrijven/<int:pk>/", views.company_detail, name="detail"),
]
