"""Every line of the logs is one JSON object with its time and level, whoever wrote it."""

import io
import json
import logging

import pytest
import structlog
from django.utils.dateparse import parse_datetime
from structlog.stdlib import ProcessorFormatter


@pytest.fixture
def written():
    """`written("django.request")` gives the logger, and a function that reads its lines as the console gets them."""
    [formatter] = [
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, ProcessorFormatter)
    ]
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter)
    touched = []

    def of(name):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        touched.append(logger)
        return logger, lambda: [json.loads(line) for line in output.getvalue().splitlines()]

    yield of
    for logger in touched:
        logger.removeHandler(handler)


@pytest.mark.parametrize("name", ["django.request", "celery.worker", "in2stem.somewhere"])
def test_a_line_of_someone_else_says_when_how_bad_and_whose(written, name):
    logger, lines = written(name)
    logger.error("Job %s\n went wrong", 12)
    [line] = lines()
    assert parse_datetime(line.pop("timestamp")).tzinfo is not None
    assert line == {"event": "Job 12\n went wrong", "level": "error", "logger": name}


def test_a_line_of_structlog_says_the_same_once(written):
    _logger, lines = written("in2stem.somewhere")
    structlog.get_logger("in2stem.somewhere").info("saved", intake=3)
    [line] = lines()
    assert parse_datetime(line.pop("timestamp")).tzinfo is not None
    assert line == {"event": "saved", "intake": 3, "level": "info", "logger": "in2stem.somewhere"}


def test_the_request_it_belongs_to_and_the_traceback_stay_within_the_line(written):
    logger, lines = written("django.request")
    with structlog.contextvars.bound_contextvars(request_id="a1"):
        try:
            raise ValueError("geen getal")
        except ValueError:
            logger.exception("Kapot")
    [line] = lines()
    assert line["request_id"] == "a1"
    assert line["exception"].endswith("ValueError: geen getal")
    assert "Traceback" in line["exception"]
