"""/inschrijven/ and /bedrijven/ (included at the root)"""

from django.urls import path

from companies import views

app_name = "companies"
urlpatterns = [
    path("inschrijven/", views.intake, name="intake"),
    path("inschrijven/stap/<slug:slug>/", views.step, name="step"),
    path("inschrijven/stap/<slug:slug>/bewaar/", views.save, name="save"),
    path("inschrijven/later/", views.later, name="later"),
    path("inschrijven/opnieuw/", views.begin_again, name="begin-again"),
    path("inschrijven/hervat/<str:token>/", views.resume, name="resume"),
    path("inschrijven/nummer/", views.number, name="number"),
    path("inschrijven/gemeenten/", views.municipalities, name="municipalities"),
    path("inschrijven/bedankt/", views.thanks, name="thanks"),
    path("inschrijven/resultaat/", views.sent_results, name="sent-results"),
    path("bedrijven/", views.company_list, name="list"),
    path("bedrijven/groei/<slug:slug>/", views.growth, name="growth"),
    path("bedrijven/vragenlijst/<int:pk>/", views.questionnaire_preview, name="questionnaire-preview"),
    path("bedrijven/instroom/<slug:slug>/", views.intake_funnel, name="funnel"),
    path("bedrijven/<int:pk>/", views.company_detail, name="detail"),
    path("bedrijven/<int:pk>/contactpersonen/", views.contacts, name="contacts"),
    path("bedrijven/<int:pk>/contactpersonen/uitnodigen/", views.contact_invite, name="contact-invite"),
    path(
        "bedrijven/<int:pk>/contactpersonen/uitnodiging/<int:invitation>/opnieuw/",
        views.contact_invite_again,
        name="contact-invite-again",
    ),
    path(
        "bedrijven/<int:pk>/contactpersonen/uitnodiging/<int:invitation>/intrekken/",
        views.contact_withdraw_invitation,
        name="contact-withdraw-invitation",
    ),
    path(
        "bedrijven/<int:pk>/contactpersonen/<int:membership>/overdragen/",
        views.contact_hand_over,
        name="contact-hand-over",
    ),
    path(
        "bedrijven/<int:pk>/contactpersonen/toestemming/<int:consent>/intrekken/",
        views.contact_withdraw_consent,
        name="contact-withdraw-consent",
    ),
    path("bedrijven/<int:pk>/resultaat/", views.results, name="results"),
    path("bedrijven/<int:pk>/eindmeting/", views.measurement, name="measurement"),
    path("bedrijven/<int:pk>/eindmeting/stand/", views.measurement_state, name="measurement-state"),
    path("bedrijven/<int:pk>/eindmeting/<int:number>/", views.measurement_part, name="measurement-part"),
]
