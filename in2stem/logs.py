"""How a log line looks: one JSON object per event, so a newline or a colour code in a user agent cannot fake a second one."""

import structlog
from structlog.typing import Processor

render = structlog.processors.JSONRenderer(ensure_ascii=True)

# What every line tells, whether it comes through structlog or from Django, Celery and the like.
facts: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *facts,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
