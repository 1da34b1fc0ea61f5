"""What every product shares. The three products (together, oms_alone, wms_alone) differ in their wings only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

STATE_DIR = Path(os.environ.get("ORDERHOUSE_STATE", ".orderhouse")).absolute()


def _secret_key() -> str:
    """The signing key: configured, or made once and kept in the state directory for its owner alone."""
    if key := os.environ.get("ORDERHOUSE_SECRET_KEY"):
        return key
    path = STATE_DIR / "secret_key"
    if not path.exists():
        STATE_DIR.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # the first process wins; the others read what it wrote
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def database(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL URL. Connections act as the app role unless they migrate (ADR 0004)."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    role = os.environ.get("ORDERHOUSE_ROLE", "orderhouse_app")
    options["options"] = f"-c role={role} -c timezone=UTC" if role else "-c timezone=UTC"
    options["prepare_threshold"] = None if os.environ.get("ORDERHOUSE_PGBOUNCER") else 4
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///orderhouse"))}

SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [
    key for key in os.environ.get("ORDERHOUSE_SECRET_KEY_FALLBACKS", "").split(",") if key
]  # keys before this one
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ORDERHOUSE_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
ROOT_URLCONF = "orderhouse.config.urls"
WSGI_APPLICATION = "orderhouse.config.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale"]
LANGUAGES = [("en", "English")]  # a language joins when its catalog lies in orderhouse/locale
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # static files are served from the installed package; there is nothing to collect
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024  # an order of 10,000 lines, and NDJSON bodies that are not streamed
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # from signing in: a shift
PROXIES = int(
    os.environ.get("ORDERHOUSE_PROXIES", "0")
)  # trusted reverse proxies in front, for the address sign-ins are counted by
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 365 * 24 * 3600  # said over https only
if PROXIES:  # a proxy in front speaks https to browsers and http to us; it writes this header, whatever a browser sent
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
KEEP_DAYS = {  # what is kept so that a repeat is known for one, and for how long (contract/audit/age_out)
    name: int(os.environ.get(f"ORDERHOUSE_KEEP_DAYS_{name.upper()}", days))
    for name, days in {"keys": 7, "delivered": 60, "published": 90, "received": 90, "scans": 400}.items()
}
DEMO = os.environ.get("ORDERHOUSE_DEMO") == "1"  # set by `orderhouse demo` alone: its pages are open in no other house
LIVE_URL = os.environ.get(
    "ORDERHOUSE_LIVE_URL", ""
)  # where pages listen: a URL, or :8001 for that port of their own host; "" nowhere

SHARED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "orderhouse.people.apps.PeopleConfig",
    "orderhouse.catalog.apps.CatalogConfig",
    "orderhouse.ledger.apps.LedgerConfig",
    "orderhouse.contract.apps.ContractConfig",
    "orderhouse.integrations.apps.IntegrationsConfig",
    "orderhouse.console.apps.ConsoleConfig",
]
MIDDLEWARE = [
    "orderhouse.http.shortcut.ShortCut",
    "django.middleware.security.SecurityMiddleware",
    "orderhouse.console.secure_cookies.SecureCookies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "orderhouse.console.compression.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orderhouse.console.guard.Guard",
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"}
    },  # a refusal is told to whoever asked; in the log, bad input would only fill disks
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
