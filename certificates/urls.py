"""/certificaten/ for members and Voka, /c/ for everyone. The QR code holds the upper-case address: it makes a smaller code."""

from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("certificaten/", views.certificate_list, name="list"),
    path("certificaten/traject/<slug:slug>/", views.trajectory, name="trajectory"),
    path("certificaten/traject/<slug:slug>/alle/", views.issue_to_all, name="issue_to_all"),
    path("certificaten/traject/<slug:slug>/<int:organisation>/uitreiken/", views.issue, name="issue"),
    path("certificaten/traject/<slug:slug>/<int:organisation>/weigeren/", views.refuse, name="refuse"),
    path(
        "certificaten/traject/<slug:slug>/<int:organisation>/toch-wel/", views.withdraw_refusal, name="withdraw_refusal"
    ),
    path("certificaten/<slug:number>/download/", views.download, name="download"),
    path("certificaten/<slug:number>/voortgang/", views.progress, name="progress"),
    path("certificaten/<slug:number>/opnieuw/", views.retry, name="retry"),
    path("certificaten/<slug:number>/intrekken/", views.revoke, name="revoke"),
    path("c/", views.check, name="check"),
    path("c/<str:token>/", views.verify, name="verify"),
    path("C/<str:token>/", views.verify),
    path("C/<str:token>", views.verify),
]
