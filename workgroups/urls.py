"""/stuurgroep/ and /werkgroepen/"""

from django.urls import path

from workgroups.views import action, objective, steering, workgroup

app_name = "workgroups"
urlpatterns = [
    path("stuurgroep/<slug:slug>/", steering.steering_group, name="steering_group"),
    path("stuurgroep/<slug:slug>/opdracht/", steering.edit_charter, name="edit_charter"),
    path("stuurgroep/<slug:slug>/leden/", steering.appoint, name="appoint"),
    path("stuurgroep/<slug:slug>/leden/<int:seat>/einde/", steering.end_seat, name="end_steering_seat"),
    path("stuurgroep/<slug:slug>/prioriteiten/", steering.propose_priority, name="propose_priority"),
    path("stuurgroep/<slug:slug>/prioriteiten/<int:priority>/", steering.edit_priority, name="edit_priority"),
    path(
        "stuurgroep/<slug:slug>/prioriteiten/<int:priority>/beslissen/",
        steering.decide_priority,
        name="decide_priority",
    ),
    path("stuurgroep/<slug:slug>/prioriteiten/<int:priority>/schrappen/", steering.drop_priority, name="drop_priority"),
    path(
        "stuurgroep/<slug:slug>/prioriteiten/<int:priority>/werkgroep/",
        steering.create_workgroup,
        name="create_workgroup",
    ),
    path("werkgroepen/", workgroup.workgroup_list, name="list"),
    path("werkgroepen/<int:pk>/", workgroup.workgroup_detail, name="detail"),
    path("werkgroepen/<int:pk>/bewerken/", workgroup.edit_workgroup, name="edit"),
    path("werkgroepen/<int:pk>/leden/", workgroup.add_seat, name="add_seat"),
    path("werkgroepen/<int:pk>/leden/<int:seat>/einde/", workgroup.end_seat, name="end_seat"),
    path("werkgroepen/<int:pk>/geen-praktijk/", workgroup.no_practice, name="no_practice"),
    path("werkgroepen/<int:pk>/doelstellingen/", objective.add_objective, name="add_objective"),
    path("werkgroepen/<int:pk>/doelstellingen/<int:objective>/", objective.objective_detail, name="objective"),
    path(
        "werkgroepen/<int:pk>/doelstellingen/<int:objective>/bewerken/", objective.edit_objective, name="edit_objective"
    ),
    path("werkgroepen/<int:pk>/doelstellingen/<int:objective>/meten/", objective.measure, name="measure"),
    path("werkgroepen/<int:pk>/doelstellingen/<int:objective>/verklaren/", objective.explain, name="explain"),
    path(
        "werkgroepen/<int:pk>/doelstellingen/<int:objective>/niet-gemeten/", objective.not_measured, name="not_measured"
    ),
    path("werkgroepen/<int:pk>/doelstellingen/<int:objective>/bijsturen/", objective.adjust, name="adjust"),
    path("werkgroepen/<int:pk>/actiepunten/", action.add_action_point, name="add_action_point"),
    path("werkgroepen/<int:pk>/actiepunten/<int:point>/", action.action_point_detail, name="action_point"),
    path("werkgroepen/<int:pk>/actiepunten/<int:point>/bewerken/", action.edit_action_point, name="edit_action_point"),
    path("werkgroepen/<int:pk>/actiepunten/<int:point>/starten/", action.start, name="start_action_point"),
    path("werkgroepen/<int:pk>/actiepunten/<int:point>/klaar/", action.complete, name="complete_action_point"),
    path("werkgroepen/<int:pk>/actiepunten/<int:point>/sluiten/", action.drop, name="drop_action_point"),
    path("werkgroepen/<int:pk>/actiepunten/<int:point>/heropenen/", action.reopen, name="reopen_action_point"),
]
