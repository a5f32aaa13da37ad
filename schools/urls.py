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
    path("<int:pk>/label/<str:number>/", views.criterion, name="criterion"),
    path("<int:pk>/bewijs/", views.evidence_list, name="evidence"),
    path("<int:pk>/bewijs/nieuw/", views.evidence_new, name="evidence-new"),
    path("<int:pk>/bewijs/<int:item>/", views.evidence_item, name="evidence-item"),
    path("<int:pk>/bewijs/<int:item>/bewerken/", views.evidence_edit, name="evidence-edit"),
    path("<int:pk>/bewijs/<int:item>/indienen/", views.evidence_submit, name="evidence-submit"),
    path("<int:pk>/bewijs/<int:item>/beoordelen/", views.evidence_review, name="evidence-review"),
]
