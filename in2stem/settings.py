"""The one settings file. Everything that differs per machine comes from the environment (docs/operations.md lists it).

It fails loudly: a production start (no DEBUG) without a strong SECRET_KEY, or a DEBUG start that the outside world
could reach, stops with one clear line (SystemExit: a traceback would bury it).
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

# --- What kind of start is this? -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(BASE_URL)
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_base.hostname or "", *LOOPBACK_HOSTS])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = _base.scheme == "https"

_outside_hosts = sorted(set(ALLOWED_HOSTS) - {*LOOPBACK_HOSTS, "testserver", ""})
if DEBUG and (HTTPS or _outside_hosts):
    raise SystemExit(
        "DEBUG=1 shows internals to every visitor, so it only runs on this machine: "
        f"take DEBUG away, or use a loopback BASE_URL and ALLOWED_HOSTS (now {BASE_URL}, {', '.join(ALLOWED_HOSTS)})."
    )
_DEVELOPMENT_KEY = "only-for-debug-on-this-machine"
SECRET_KEY = env("SECRET_KEY", default=_DEVELOPMENT_KEY if DEBUG else "")
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-")):
    raise SystemExit(
        "SECRET_KEY is missing or weak: set it to at least 50 random characters "
        '(python -c "import secrets; print(secrets.token_urlsafe(50))"), or DEBUG=1 on your own machine.'
    )

# --- The floors of the house, bottom first (docs/architecture.md) ----------------------------------------------------
INSTALLED_APPS = [
    "jobs",
    "accounts",
    "documents",
    "notifications",
    "phases",
    "companies",
    "schools",
    "workgroups",
    "practices",
    "certificates",
    "in2stem.apps.PortalConfig",
    "in2stem.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "in2stem.apps.PortalStaticFilesConfig",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "in2stem.requests.NoNulMiddleware",
    "in2stem.requests.ReadableFormMiddleware",
    "in2stem.requests.RetryAfterMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.access.AccessMiddleware",
    "accounts.access.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "in2stem.requests.NotAllowedMiddleware",
    "documents.uploads.UploadMiddleware",
]

ROOT_URLCONF = "in2stem.urls"
WSGI_APPLICATION = "in2stem.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "in2stem.navigation.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Data ------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A write transaction takes SQLite's one write lock when it begins, so that read-check-write verbs queue up
    # instead of failing halfway; PostgreSQL has real row locks for that.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"}
    )
else:
    DATABASES["default"].update({"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": (
        {
            "BACKEND": "in2stem.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "in2stem",
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}
# Uploads and certificates live outside the web root: nothing serves this folder directly.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media-is-never-served/"

# --- Uploads (docs/decisions/0005-uploads.md) -------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# A form takes fewer (schools.forms) and says so beside its field; this is where reading stops.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
# Straight to disk in chunks, whatever the size, and no further than this many bytes per request.
FILE_UPLOAD_HANDLERS = ["documents.uploads.DiskUploadHandler"]
UPLOAD_MAX_BODY = 120 * 1024 * 1024
# On the disk of the uploads themselves, so that keeping one is a rename.
FILE_UPLOAD_TEMP_DIR = MEDIA_ROOT / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
# What a school or company may keep; Voka gives one more or less room in the back office.
UPLOAD_QUOTA_MB = env.int("UPLOAD_QUOTA_MB", default=2000)
# ClamAV: tcp://host:3310 or unix:///run/clamav/clamd.ctl. Once set, no file opens without its verdict.
CLAMD_URL = env("CLAMD_URL", default="")
_clamd = urlsplit(CLAMD_URL)
if CLAMD_URL and not (_clamd.scheme == "tcp" and _clamd.hostname or _clamd.scheme == "unix" and _clamd.path):
    raise SystemExit(f"CLAMD_URL is not an address of ClamAV: use tcp://host:3310 or unix:///path (now {CLAMD_URL}).")

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Language --------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["in2stem.formats"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.validators.LongEnoughValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-next-step"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "in2stem.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever's password, address or second step changes gets a mail about it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# How often one visitor may try; allauth adds its own limits for what is not named here.
ACCOUNT_RATE_LIMITS = {"invitation": "20/m/ip", "invite": "60/h/user", "hand_over": "60/h/user"}
if DEMO:
    # The demo's people all share one public password, and whole classes try it from one address.
    ACCOUNT_RATE_LIMITS |= {"login": "1000/m/ip", "login_failed": "100/m/ip"}
# How many proxies of ours stand in front: without it every visitor has the proxy's address, and shares its limits.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_TOTP_ISSUER = "IN2STEM"
# Voka staff see and decide everything, so a password alone is not enough for them.
REQUIRE_SECOND_FACTOR = not (DEBUG or DEMO)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "in2stem.views.csrf_failure"

# --- Security headers ------------------------------------------------------------------------------------------------
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- Mail ------------------------------------------------------------------------------------------------------------
# Without a mail server every mail becomes a readable file, so that a demo or a developer can follow its links.
_mail = env.email_url("EMAIL_URL", default=f"filemail://{VAR_DIR / 'mail'}")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
# django-environ drops the leading slash of the folder.
EMAIL_FILE_PATH = f"/{_mail['EMAIL_FILE_PATH']}" if EMAIL_BACKEND.endswith("filebased.EmailBackend") else None
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="IN2STEM <in2stem@voka.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CONTACT_EMAIL = env("CONTACT_EMAIL", default="in2stem@voka.example")
CONTACT_PHONE = env("CONTACT_PHONE", default="014 00 00 00")
# Who answers for the personal data: to be confirmed by Voka (docs/decisions), so a setting and not a sentence in code.
CONTROLLER = env("CONTROLLER", default="Voka vzw")
INVITATION_DAYS = env.int("INVITATION_DAYS", default=30)
# How many days before a label expires its school hears it, one mail for each.
LABEL_EXPIRY_REMINDERS = env.list("LABEL_EXPIRY_REMINDERS", cast=int, default=[180, 60, 14])
# A sign-up that is not sent stays this long after it was last saved; this many days before, one mail reminds of it.
INTAKE_DRAFT_DAYS = env.int("INTAKE_DRAFT_DAYS", default=30)
INTAKE_DRAFT_REMINDER_DAYS = env.int("INTAKE_DRAFT_REMINDER_DAYS", default=7)
# How long the link in a mail that opens a saved sign-up works.
INTAKE_LINK_DAYS = env.int("INTAKE_LINK_DAYS", default=7)
# How many sign-ups an hour come in under one enterprise number: from one visitor's address, and from all of them. The second is
# high, or a few clicks of one person would keep a company out. And how many confirmations go to one mail address.
INTAKES_PER_NUMBER = env.int("INTAKES_PER_NUMBER", default=10)
INTAKES_PER_NUMBER_IN_ALL = env.int("INTAKES_PER_NUMBER_IN_ALL", default=100)
CONFIRMATIONS_PER_ADDRESS = env.int("CONFIRMATIONS_PER_ADDRESS", default=20)
# What one visitor's address may do in an hour. High, because a whole company or an information evening shares one.
INTAKE_LIMITS = {
    "draft": env.int("INTAKE_DRAFTS_PER_HOUR", default=5000),
    "submit": env.int("INTAKES_PER_HOUR", default=2000),
    "save": env.int("INTAKE_SAVES_PER_HOUR", default=20_000),
    "link": env.int("INTAKE_LINKS_PER_HOUR", default=60),
    "lookup": env.int("INTAKE_LOOKUPS_PER_HOUR", default=5000),
}
# An intake on which nothing happened for this long brings its owner a mail; again after as long.
INTAKE_NUDGE_DAYS = env.int("INTAKE_NUDGE_DAYS", default=7)
# A list of companies that was uploaded and that nobody confirmed is thrown away after this long.
COMPANY_IMPORT_DAYS = env.int("COMPANY_IMPORT_DAYS", default=14)
# How long the merge of two duplicates can be undone.
MERGE_UNDO_DAYS = env.int("MERGE_UNDO_DAYS", default=14)

# --- Background work (docs/decisions/0002-one-table-of-jobs.md) ------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
_broker_dir = VAR_DIR / "broker"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, int | float | str | bool]
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    }
else:
    _broker_dir = Path(env("BROKER_DIR", default=str(_broker_dir)))
    for _folder in ("queue", "processed", "control"):
        (_broker_dir / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder for both directions: what the portal writes is what the worker reads.
        "data_folder_in": str(_broker_dir / "queue"),
        "data_folder_out": str(_broker_dir / "queue"),
        "processed_folder": str(_broker_dir / "processed"),
        "control_folder": str(_broker_dir / "control"),
        "store_processed": False,
        # How long a worker rests after it found nothing to take. At kombu's full second, two processes would do no more than
        # two jobs a second.
        "polling_interval": 0.1,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_DEFAULT_QUEUE = "default"
# A worker takes all unless -Q says otherwise; drawing certificates and looking inside uploads have their own, so that mail
# never waits behind them. So has the sweep: behind a long row of mails it would expire unheard, and a worker that is hard at work would count as dead.
# Each with an exchange of its own: on a shared one a message would land in all.
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name) for name in ("default", "render", "checks", "pulse")
]
CELERY_TASK_ROUTES = {"jobs.tasks.sweep": {"queue": "pulse"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A new process first loads the fonts of the certificates; on a busy machine that takes longer than Celery's 4 seconds,
# after which it would be killed and started again, without end.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=10)
# How long a worker holds a job: longer than the hard time limit above, so a living worker never loses its job.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=120)
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "jobs.tasks.sweep",
        "schedule": JOB_SWEEP_SECONDS,
        "options": {"expires": JOB_SWEEP_SECONDS},
    },
    "sweep the documents": {
        "task": "jobs.tasks.start",
        "schedule": crontab(minute=17),
        "args": ["documents.sweep"],
        "options": {"expires": 3600},
    },
    "sweep dossiers and reports": {
        "task": "jobs.tasks.start",
        "schedule": crontab(minute=41),
        "args": ["schools.sweep_exports"],
        "options": {"expires": 3600},
    },
    "remind of labels that expire": {
        "task": "jobs.tasks.start",
        "schedule": crontab(hour=7, minute=23),
        "args": ["schools.remind_of_expiry"],
        "options": {"expires": 3600},
    },
    "sweep the drafts of sign-ups": {
        "task": "jobs.tasks.start",
        "schedule": crontab(minute=37),
        "args": ["companies.sweep_drafts"],
        "options": {"expires": 3600},
    },
    "sweep the lists of companies": {
        "task": "jobs.tasks.start",
        "schedule": crontab(minute=47),
        "args": ["companies.sweep_imports"],
        "options": {"expires": 3600},
    },
    "remind of intakes that wait": {
        "task": "jobs.tasks.start",
        "schedule": crontab(hour=7, minute=40),
        "args": ["companies.nudge"],
        "options": {"expires": 3600},
    },
}

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": "ext://in2stem.logs.render",
            "foreign_pre_chain": "ext://in2stem.logs.facts",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {"in2stem": {"level": "INFO"}, "jobs": {"level": "INFO"}},
}

# The e-mail address is unique by a constraint on its lower case, which Django's check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
