"""The top floor: settings, URLs, Celery, dashboards, navigation and the demo world."""

from in2stem.celery import app as celery_app

__all__ = ["celery_app"]
