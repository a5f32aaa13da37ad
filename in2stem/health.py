"""Whether the portal is alive and ready: for operators and load balancers, never for visitors."""

from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from accounts.access import public
from jobs import services as jobs

OVERDUE_LIMIT_SECONDS = 300


@public
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@never_cache
def readyz(request):
    """Database, background work and the age in seconds of the oldest overdue job; 503 when one of them is not well."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        overdue, alive = jobs.oldest_overdue_seconds(), jobs.background_is_alive()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    ready = alive and overdue < OVERDUE_LIMIT_SECONDS
    facts = {"ready": ready, "database": True, "background": alive, "oldest_overdue_job_seconds": round(overdue)}
    return JsonResponse(facts, status=200 if ready else 503)
