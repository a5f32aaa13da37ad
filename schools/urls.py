"""/scholen/"""

from django.urls import path

from schools import views

app_name = "schools"
urlpatterns = [
    path("", views.school_list, name="list"),
    path("<int:pk>/", views.school_detail, name="detail"),
    path("<int:pk>/delen/", views.share_scores, name="share"),
    path("<int:pk>/label/", views.label, name="label"),
    path("<int:pk>/label/vastleggen/", views.record_label, name="record-label"),
    path("<int:pk>/label/vastgelegd/<int:award>/bewijs/", views.renew_proof, name="label-proof"),
    path("<int:pk>/label/uitkomst/", views.record_outcome, name="outcome"),
    path("<int:pk>/label/volgende-stap/", views.gap, name="gap"),
    path("<int:pk>/label/overnemen/", views.take_over, name="take-over"),
    path("<int:pk>/label/aanvraag/", views.application_start, name="application-start"),
    path("<int:pk>/label/aanvraag/<int:number>/", views.application, name="application"),
    path("<int:pk>/label/aanvraag/<int:number>/indienen/", views.application_submit, name="application-submit"),
    path("<int:pk>/label/aanvraag/<int:number>/antwoord/", views.application_answer, name="application-answer"),
    path("<int:pk>/label/aanvraag/<int:number>/intrekken/", views.application_withdraw, name="application-withdraw"),
    path("<int:pk>/label/<str:number>/", views.criterion, name="criterion"),
    path("<int:pk>/bewijs/", views.evidence_list, name="evidence"),
    path("<int:pk>/bewijs/nieuw/", views.evidence_new, name="evidence-new"),
    path("<int:pk>/bewijs/<int:item>/", views.evidence_item, name="evidence-item"),
    path("<int:pk>/bewijs/<int:item>/bewerken/", views.evidence_edit, name="evidence-edit"),
    path(
        "<int:pk>/bewijs/<int:item>/bestand/<uuid:uuid>/weghalen/",
        views.evidence_file_remove,
        name="evidence-file-remove",
    ),
    path("<int:pk>/bewijs/<int:item>/versies/", views.evidence_history, name="evidence-history"),
    path("<int:pk>/bewijs/<int:item>/indienen/", views.evidence_submit, name="evidence-submit"),
    path("<int:pk>/bewijs/<int:item>/beoordelen/", views.evidence_review, name="evidence-review"),
    path("<int:pk>/dossier/", views.dossier, name="dossier"),
    path("<int:pk>/dossier/maken/", views.dossier_make, name="dossier-make"),
    path("<int:pk>/dossier/<int:dossier>/voortgang/", views.dossier_progress, name="dossier-progress"),
    path("<int:pk>/dossier/<int:dossier>/zip/", views.dossier_zip, name="dossier-zip"),
    path("<int:pk>/dossier/<int:dossier>/pdf/", views.dossier_pdf, name="dossier-pdf"),
    path("groepsrapport/<slug:slug>/", views.group_report, name="group-report"),
    path("groepsrapport/<slug:slug>/xlsx/", views.group_report_sheet, name="group-report-sheet"),
    path("groepsrapport/<slug:slug>/pdf/maken/", views.group_report_make, name="group-report-make"),
    path(
        "groepsrapport/<slug:slug>/pdf/<int:report>/voortgang/",
        views.group_report_progress,
        name="group-report-progress",
    ),
    path("groepsrapport/<slug:slug>/pdf/<int:report>/", views.group_report_pdf, name="group-report-pdf"),
]
