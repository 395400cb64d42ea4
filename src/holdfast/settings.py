"""The environment, turned into Django's settings; the only place that reads HOLDFAST_* and DATABASE_*.

It knows names of settings and their defaults. It refuses to hold a secret: those are in the environment or in the
installation's home, never here.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from holdfast.database.connection import Databases
from holdfast.database.home import Home

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def _flag(name: str) -> bool:
    return _text(name, "0").lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in _text(name, default).split(",") if part.strip()]


# --- the installation ------------------------------------------------------------------------------------------

_natural_home = CHECKOUT / ".holdfast" if (CHECKOUT / "pyproject.toml").exists() else Path.home() / ".holdfast"
HOME = Home(folder=Path(_text("HOLDFAST_HOME", str(_natural_home))).expanduser().resolve())
_secrets = HOME.secrets()
SECRET_KEY = _text("HOLDFAST_SECRET_KEY", _secrets.secret_key)
# What encrypts secrets at rest; outside the database by design, so that a copy of the database holds none in clear.
ENCRYPTION_KEY_IN_HOME = not _text("HOLDFAST_ENCRYPTION_KEY")
ENCRYPTION_KEY = _text("HOLDFAST_ENCRYPTION_KEY", _secrets.encryption_key)
# The key before, as long as `holdfast keys rotate-encryption` has not encrypted everything with the one above.
ENCRYPTION_KEY_BEFORE = _text(
    "HOLDFAST_ENCRYPTION_KEY_BEFORE", _secrets.encryption_key_before if ENCRYPTION_KEY_IN_HOME else ""
)

# A sandbox has simulated rails and a clock that can be moved. The database says so too, and the two must agree.
SANDBOX = _flag("HOLDFAST_SANDBOX")
DEBUG = _flag("HOLDFAST_DEBUG")
LISTEN_HOST = _text("HOLDFAST_HOST", "127.0.0.1")
LISTEN_PORT = int(_text("HOLDFAST_PORT", "8000"))
WEB_WORKERS = int(_text("HOLDFAST_WEB_WORKERS", str(min(os.cpu_count() or 1, 4))))
WEB_THREADS = int(_text("HOLDFAST_WEB_THREADS", "4"))
# Where people reach this installation; links in mails and the origin of passkeys are made from it.
PUBLIC_URL = _text("HOLDFAST_URL", f"http://localhost:{LISTEN_PORT}").rstrip("/")
IS_SECURE = PUBLIC_URL.startswith("https:")

# --- the database ----------------------------------------------------------------------------------------------

DATABASE_ACCESS = Databases.given(environment=os.environ, home=HOME)
# `holdfast migrate` alone connects as the owner; everything else as the application, which may not rewrite history.
_as_owner = _text("HOLDFAST_DATABASE_ROLE", "application") == "owner"
DATABASES = {
    "default": {
        **(DATABASE_ACCESS.owner if _as_owner else DATABASE_ACCESS.application).for_django(),
        # Each thread keeps its connection, and asks before each request whether it is still there.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# A statement is read and planned once on a connection, not each time it is sent. Behind a pooler that gives every
# transaction another connection, nothing can be prepared.
DATABASES["default"]["OPTIONS"] |= {
    "server_side_binding": True,
    "prepare_threshold": None if _flag("HOLDFAST_BEHIND_POOLER") else 2,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Attempts are counted here: whoever guesses is held up by all processes together, however many there are.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "database_cache",
        # So many that nobody can push somebody else's count out by trying more addresses.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- what is installed -----------------------------------------------------------------------------------------

ROOMS = (
    "database",
    "ledger",
    "record",
    "parties",
    "rails",
    "sourcing",
    "contracts",
    "orders",
    "fulfilment",
    "inspection",
    "claims",
    "treasury",
    "notices",
    "webhooks",
    "sandbox",
    "console",
    "api",
)


def _is_application(room: str) -> bool:
    return any((PACKAGE / room / name).exists() for name in ("apps.py", "models.py"))


INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "pgtrigger",
    "procrastinate.contrib.django",
    *(f"holdfast.{room}" for room in ROOMS if _is_application(room)),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    # The pages that list sessions speak of time as people do.
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
]

# --- who takes money -------------------------------------------------------------------------------------------

# Cards: `simulated` works in a sandbox only; `stripe` needs the two secrets, and nothing starts with half of them.
CARD = _text("HOLDFAST_CARD", "simulated").lower()
# How payouts and refunds by wire leave: `simulated`, or `bank`: by payment files that finance gives to its bank.
WIRE = _text("HOLDFAST_WIRE", "simulated").lower()
STRIPE_KEY = _text("HOLDFAST_STRIPE_KEY")
STRIPE_WEBHOOK_SECRET = _text("HOLDFAST_STRIPE_WEBHOOK_SECRET")
STRIPE_ACCOUNT = _text("HOLDFAST_STRIPE_ACCOUNT")
STRIPE_API = _text("HOLDFAST_STRIPE_API").rstrip("/")

# Webhooks go to addresses of the open internet by https. A sandbox that is told so may call this very machine as well.
WEBHOOKS_TO_LOOPBACK = SANDBOX and _flag("HOLDFAST_WEBHOOKS_TO_LOOPBACK")

# --- the web ---------------------------------------------------------------------------------------------------

ROOT_URLCONF = "holdfast.urls"
WSGI_APPLICATION = "holdfast.wsgi.application"
APPEND_SLASH = False
ALLOWED_HOSTS = _list("HOLDFAST_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The API is called by programs with a key: none of what a browser needs stands in its way.
MIDDLEWARE = [
    "holdfast.api.middleware.ApiMiddleware",
    "holdfast.console.middleware.ConsoleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
CONSOLE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "holdfast.console.reader.ReaderMiddleware",
    "holdfast.console.known_browsers.KnownBrowserMiddleware",
]
PATHS_WITHOUT_CONSOLE = ("/v1/", "/healthz", "/readyz", "/.well-known/")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "holdfast.console.context.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

STATIC_URL = "/static/"
# Served from the packages themselves: a start needs no collecting step before it.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

SESSION_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = _flag("HOLDFAST_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- people ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "parties.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_ADAPTER = "holdfast.console.accounts.AccountAdapter"
USERSESSIONS_ADAPTER = "holdfast.console.accounts.SessionsAdapter"
# A password, a code of an app and a recovery code are guessed five times in five minutes and twenty times in an hour,
# whoever asks from wherever; a browser in which the person has signed in before has as many passwords of its own, so
# that strangers cannot use them up. What else is not here is as the account library has it.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key,20/h/key",
    "login_failed_known": "5/5m/key,20/h/key",
    "reauthenticate": "10/5m/user",
    "reset_password": "20/m/ip,5/15m/key",
}
MFA_ADAPTER = "holdfast.console.second_factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Holdfast"
MFA_FORMS = {
    "authenticate": "holdfast.console.second_factor_forms.Authenticate",
    "authenticate_webauthn": "holdfast.console.second_factor_forms.AuthenticateKey",
    "reauthenticate": "holdfast.console.second_factor_forms.Reauthenticate",
    "reauthenticate_webauthn": "holdfast.console.second_factor_forms.ReauthenticateKey",
    "add_webauthn": "holdfast.console.passkeys.AddKey",
    "edit_webauthn": "holdfast.console.passkeys.EditKey",
}
# Browsers allow passkeys over plain http on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE

# --- single sign-on --------------------------------------------------------------------------------------------

# One provider by OpenID Connect, or none. It says who somebody is and never what they may do.
OIDC: dict[str, Any] = {
    "issuer": _text("HOLDFAST_OIDC_ISSUER"),
    "client_id": _text("HOLDFAST_OIDC_CLIENT_ID"),
    "secret": _text("HOLDFAST_OIDC_CLIENT_SECRET"),
    "name": _text("HOLDFAST_OIDC_NAME", "Single sign-on"),
    # Whom it may bring in: addresses of these domains (all, if none is named) with this claim (`groups=holdfast`).
    "domains": [domain.lower() for domain in _list("HOLDFAST_OIDC_DOMAINS")],
    "claim": _text("HOLDFAST_OIDC_CLAIM"),
    # For whom it makes an account: those with an open invitation, or everybody of those domains.
    "signup": _text("HOLDFAST_OIDC_SIGNUP", "invited").lower(),
}
SOCIALACCOUNT_ADAPTER = "holdfast.console.signon.entering.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "holdfast.console.signon.provider.SignOn"}}

# --- languages and time ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- mail, files, jobs, log ------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = _text("HOLDFAST_MAIL_FROM", "Holdfast <holdfast@localhost>")
# Mails that cannot be delivered come back to NAME+ntc_…@DOMAIN, so that each says by its address which it was.
MAIL_BOUNCES = _text("HOLDFAST_MAIL_BOUNCES")
EMAIL_HOST = _text("HOLDFAST_MAIL_HOST")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_PORT = int(_text("HOLDFAST_MAIL_PORT", "587"))
    EMAIL_HOST_USER = _text("HOLDFAST_MAIL_USER")
    EMAIL_HOST_PASSWORD = _text("HOLDFAST_MAIL_PASSWORD")
    EMAIL_USE_TLS = EMAIL_PORT != 465
    EMAIL_USE_SSL = EMAIL_PORT == 465
    EMAIL_TIMEOUT = 10
else:
    # Without a mail server, mails are files that whoever runs the installation can read.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME.folder / "mail"

MEDIA_ROOT = Path(_text("HOLDFAST_FILES", str(HOME.folder / "files")))
# How fast one key may ask one web process, bursts of ten seconds aside. A sandbox is there to be driven hard.
API_REQUESTS_PER_SECOND = int(_text("HOLDFAST_REQUESTS_PER_SECOND", "0" if SANDBOX else "50"))
# Whose word on where a request comes from is taken: networks, like 10.0.0.0/8. A proxy whose networks nobody named
# stands on this machine.
TRUSTED_PROXIES = [
    str(ip_network(network))
    for network in _list("HOLDFAST_TRUSTED_PROXIES", "127.0.0.0/8,::1/128" if BEHIND_PROXY else "")
]
# A file comes to the API as the whole body of its request.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# A draft of two hundred lines and as many terms, each with its fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# The largest statement of a bank that is taken in.
STATEMENT_BYTES = int(_text("HOLDFAST_STATEMENT_BYTES", str(256 * 1024 * 1024)))
# A form of the console may bring one file and what is said of it.
LARGEST_FORM_BYTES = 12 * 1024 * 1024

PROCRASTINATE_IMPORT_PATHS = ["holdfast.jobs"] if find_spec("holdfast.jobs") else []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": _text("HOLDFAST_LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "granian": {"level": "WARNING"},
        # Otherwise a line for each request to it, and what was sent at DEBUG.
        "stripe": {"level": "WARNING"},
        "oauthlib": {"level": "WARNING"},
        # Each table of each font, each time a paper is printed.
        "fontTools": {"level": "WARNING"},
        # An expected no is not an event of the server's; a fault is.
        "django.request": {"level": "ERROR"},
    },
}
