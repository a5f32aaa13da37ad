"""What a worker does when it starts."""

import logging
import sys

from certificates import rendering, services, tasks
from jobs.registry import handler_of


def test_the_job_is_registered_with_its_own_queue_and_a_way_to_give_up():
    handler = handler_of(services.RENDER)
    assert (handler.queue, handler.on_parked) == ("render", services.mark_failed)


def test_a_worker_loads_fonts_and_style_sheet_once():
    rendering._workshop_of.cache_clear()
    tasks.warm_up()
    tasks.warm_up()
    rendering.warm_up()
    assert rendering._workshop_of.cache_info()[:3] == (2, 1, 1)


def test_a_worker_that_cannot_draw_still_starts(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "certificates.rendering", None)
    monkeypatch.delattr("certificates.rendering", raising=False)
    with caplog.at_level(logging.WARNING):
        tasks.warm_up()
    assert "this worker cannot draw certificates" in caplog.text
