"""Every setting of Educa, from the environment alone; read from top to bottom.

With nothing set, everything is embedded: SQLite, a cache and a channel layer inside the process, the
local disk, loopback only. Each variable swaps one embedded part for a server part, and all of them
are listed in docs/configuration.md.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext

from educa.config import backends, env
from educa.config.languages import known_languages
from educa.config.secret_key import kept_secret_key
from educa.lib.addresses import is_loopback
from educa.lib.embeds import VIDEO_HOSTS, peertube

# Lets classes of Django be written as generic ones, as the type checker knows them.
django_stubs_ext.monkeypatch()

PACKAGE = Path(__file__).resolve().parent.parent

# Where things are kept

LEAST_KEY = 50  # characters, and different ones, as Django's own check asks for
LEAST_LETTERS = 5
LEAST_TOKEN = 20  # characters

DATA_DIR = env.folder("EDUCA_DATA_DIR", Path.cwd() / "var")
SECRET_KEY = env.text("EDUCA_SECRET_KEY") or kept_secret_key(DATA_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.words("EDUCA_OLD_SECRET_KEYS")

# Who can reach us, and under which address

DEBUG = env.flag("EDUCA_DEBUG")
HOST = env.host("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, most=65535)
EDUCA_THREADS = env.number("EDUCA_THREADS", 4, least=1, most=256)
EDUCA_TLS_CERT = env.text("EDUCA_TLS_CERT")
EDUCA_TLS_KEY = env.text("EDUCA_TLS_KEY")
EDUCA_TLS = env.flag("EDUCA_TLS", default=bool(EDUCA_TLS_CERT or EDUCA_TLS_KEY))
EDUCA_PROXY = env.flag("EDUCA_PROXY")
EDUCA_PLAIN_HTTP = env.flag("EDUCA_PLAIN_HTTP")
EDUCA_PUBLIC_DEMO = env.flag("EDUCA_PUBLIC_DEMO")
EDUCA_SITE_URL = env.site("EDUCA_SITE_URL")

EDUCA_LOOPBACK = is_loopback(HOST) and not EDUCA_SITE_URL and not EDUCA_PROXY
_secure = EDUCA_TLS or EDUCA_SITE_URL.startswith("https:")
_hosts = env.hosts("EDUCA_ALLOWED_HOSTS")
_host = EDUCA_SITE_URL.partition("://")[2].removesuffix(f":{urlsplit(EDUCA_SITE_URL).port}")
ALLOWED_HOSTS = [host for host in (*_hosts, _host) if host] or ["localhost", "127.0.0.1", "[::1]"]
if not (is_loopback(HOST) or EDUCA_SITE_URL or _hosts):
    raise env.refuse("EDUCA_ALLOWED_HOSTS", f"must name the hosts to answer to, as HOST is {HOST}")
if DEBUG and not EDUCA_LOOPBACK:
    raise env.refuse("EDUCA_DEBUG", "shows secrets in its error pages; only allowed on loopback")
for _name, _keys in (
    ("EDUCA_SECRET_KEY", [SECRET_KEY]),
    ("EDUCA_OLD_SECRET_KEYS", SECRET_KEY_FALLBACKS),
):
    if any(len(key) < LEAST_KEY or len(set(key)) < LEAST_LETTERS for key in _keys):
        raise env.refuse(
            _name,
            f"needs at least {LEAST_KEY} characters and {LEAST_LETTERS} different ones;"
            " leave it out to have a key made",
        )
if EDUCA_SITE_URL.startswith("https:") and not (EDUCA_TLS or EDUCA_PROXY):
    raise env.refuse(
        "EDUCA_PROXY",
        "EDUCA_SITE_URL is https://: say EDUCA_PROXY=yes behind a proxy, or EDUCA_TLS=yes",
    )
if EDUCA_SITE_URL.startswith("http:") and EDUCA_TLS:
    raise env.refuse("EDUCA_SITE_URL", "is http://, but EDUCA_TLS asks for https://")
if not (EDUCA_LOOPBACK or _secure or EDUCA_PLAIN_HTTP):
    raise env.refuse(
        "EDUCA_SITE_URL",
        "passwords would travel unencrypted: give an https:// address (with EDUCA_PROXY=yes behind a"
        " proxy), or EDUCA_TLS=yes, or accept it with EDUCA_PLAIN_HTTP=yes",
    )

CSRF_TRUSTED_ORIGINS = [EDUCA_SITE_URL] if EDUCA_SITE_URL else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if EDUCA_PROXY else None
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if EDUCA_SITE_URL.startswith("https:") else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("EDUCA_HSTS_SUBDOMAINS")
# Whether every name below the site's own has HTTPS is not for us to say: EDUCA_HSTS_SUBDOMAINS.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-session" if _secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
CSRF_COOKIE_HTTPONLY = False  # the scripts of a page read it to send it back in a header
CSRF_FAILURE_VIEW = "educa.config.views.csrf_failure"

# What it is made of

INSTALLED_APPS = [
    "educa.config.apps.EducaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "educa.accounts",  # before allauth, whose pages and mails it writes anew
    "allauth",
    "allauth.account",
    "channels",
    "educa.config",
    "educa.lib",
    "educa.courses",
    "educa.students",
    "educa.chat",
    "educa.webhooks",
    "educa.studio",
    "educa.interchange",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "educa.api",
]

MIDDLEWARE = [
    "educa.lib.visitors.VisitorPagesMiddleware",  # before all that could know who is there
    "django.middleware.security.SecurityMiddleware",
    "educa.lib.middleware.ContentSecurityPolicyMiddleware",
    "educa.lib.middleware.CompressionMiddleware",
    "educa.config.middleware.HealthMiddleware",  # before all that could ask the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "educa.accounts.middleware.PersonMiddleware",
    "educa.accounts.middleware.PersonalMiddleware",
    "educa.config.middleware.ServerTimingMiddleware",
    "educa.lib.middleware.ThrottleMiddleware",
    "educa.lib.middleware.MethodMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "educa.config.urls"
WSGI_APPLICATION = "educa.config.wsgi.application"
ASGI_APPLICATION = "educa.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "educa.lib.context.site",
            ],
            "builtins": ["educa.lib.templatetags.educa"],
        },
    },
]

# Servers behind us

DATABASES = {
    "default": backends.database(
        "DATABASE_URL",
        DATA_DIR / "db.sqlite3",
        statement_timeout=env.number("EDUCA_STATEMENT_TIMEOUT", 10),
    )
}
CACHES = {"default": backends.cache("CACHE_URL")}
# Who sends it may read /metrics; staff may in any case.
EDUCA_METRICS_TOKEN = env.text("EDUCA_METRICS_TOKEN")
if EDUCA_METRICS_TOKEN and len(EDUCA_METRICS_TOKEN) < LEAST_TOKEN:
    raise env.refuse("EDUCA_METRICS_TOKEN", f"needs at least {LEAST_TOKEN} characters")
CHANNEL_LAYERS = {"default": backends.channel_layer("CHANNEL_LAYER_URL")}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("EDUCA_FROM_EMAIL", "Educa <educa@localhost>")
globals().update(backends.email("EMAIL_URL"))

# People

AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "educa.accounts.sessions"
AUTHENTICATION_BACKENDS = ["educa.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "educa.accounts.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
] + [{"NAME": "educa.accounts.passwords.MaximumLengthValidator"}]
PASSWORD_RESET_TIMEOUT = 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # unless "keep me signed in" is ticked
ACCOUNT_ADAPTER = "educa.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "educa.accounts.forms.RegistrationForm",
    "change_password": "educa.accounts.forms.ChangePasswordForm",
    "reset_password_from_key": "educa.accounts.forms.NewPasswordForm",
    "user_token": "educa.accounts.forms.ResetLinkForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (  # allauth's own writes rows on GET
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
)
ACCOUNT_RATE_LIMITS = False  # see educa.accounts.throttling, which holds with the cache dead
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "student_course_list"
LOGOUT_REDIRECT_URL = "course_list"

# Words and times

LOCALE_PATHS = [PACKAGE / "locale"]
_known = known_languages(LOCALE_PATHS[0])
LANGUAGES = [(code, _known[code]) for code in env.choices("EDUCA_LANGUAGES", "en", among=_known)]
LANGUAGE_CODE = LANGUAGES[0][0]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True
TIME_ZONE = env.time_zone("EDUCA_TIME_ZONE", "UTC")

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": backends.storage("EDUCA_STORAGE_URL"),
    "staticfiles": {"BACKEND": "educa.lib.static_files.StaticFilesStorage"},
}
# Where nginx finds the files for itself, once a view has said that they may be sent.
EDUCA_ACCEL_REDIRECT = env.prefix("EDUCA_ACCEL_REDIRECT")
if EDUCA_ACCEL_REDIRECT and not EDUCA_PROXY:
    raise env.refuse("EDUCA_ACCEL_REDIRECT", "is for nginx in front; say EDUCA_PROXY=yes, too")
if EDUCA_ACCEL_REDIRECT and env.text("EDUCA_STORAGE_URL"):
    raise env.refuse("EDUCA_ACCEL_REDIRECT", "is for files on the disk, not for EDUCA_STORAGE_URL")
EDUCA_MAX_UPLOAD = env.number("EDUCA_MAX_UPLOAD_MB", 512, least=1) * 2**20
EDUCA_MAX_PACKAGE = env.number("EDUCA_MAX_PACKAGE_MB", 2048, least=1) * 2**20
# What a course, and all courses of one person, may take on disk; 0 is without limit.
EDUCA_COURSE_QUOTA = env.number("EDUCA_COURSE_QUOTA_MB", 0) * 2**20
EDUCA_USER_QUOTA = env.number("EDUCA_USER_QUOTA_MB", 0) * 2**20
EDUCA_CHAT_MAX_PICTURE = env.number("EDUCA_CHAT_MAX_PICTURE_MB", 10, least=1, most=100) * 2**20
# The largest file at the paths of each pattern; elsewhere, and for who is not signed in, a body is a
# form. deploy/nginx.conf has the same patterns.
UPLOAD_PATHS = {
    r"^/admin/": EDUCA_MAX_UPLOAD,
    r"^/course/(create|[0-9]+/edit|[0-9]+/attachments/create)/$": EDUCA_MAX_UPLOAD,
    r"^/course/module/[0-9]+/content/[a-z0-9_]+/(create|[0-9]+)/$": EDUCA_MAX_UPLOAD,
    r"^/uploads/[0-9a-f-]{36}/$": EDUCA_MAX_UPLOAD,
    r"^/course/import/": EDUCA_MAX_PACKAGE,
    r"^/chat/room/[0-9]+/messages/$": EDUCA_CHAT_MAX_PICTURE,
    r"^/api/(uploads/[0-9a-f-]{36}|courses(/[0-9]+)?|contents(/[0-9]+)?|attachments)/$": EDUCA_MAX_UPLOAD,
    r"^/api/transfers/$": EDUCA_MAX_PACKAGE,
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o640
# Beside the files themselves: where /tmp is memory, an upload would be held in it.
FILE_UPLOAD_TEMP_DIR = env.made_folder("EDUCA_DATA_DIR", DATA_DIR / "tmp")
EDUCA_UPLOAD_DIR = env.made_folder("EDUCA_DATA_DIR", DATA_DIR / "uploads")
EDUCA_MAX_STUDENT_ROWS = env.number("EDUCA_MAX_STUDENT_ROWS", 2000, least=1, most=10_000)
EDUCA_DATA_EXPORT_DAYS = env.number("EDUCA_DATA_EXPORT_DAYS", 7, least=1, most=30)
EDUCA_TRASH_DAYS = env.number("EDUCA_TRASH_DAYS", 30, least=1, most=3650)

# The chat: what one person may send and open, and for how long a message may be changed

EDUCA_CHAT_LENGTH = env.number("EDUCA_CHAT_LENGTH", 4000, least=1, most=10_000)
EDUCA_CHAT_BURST = env.number("EDUCA_CHAT_BURST", 10, least=1)
EDUCA_CHAT_PER_MINUTE = env.number("EDUCA_CHAT_PER_MINUTE", 60, least=1)
EDUCA_CHAT_EDIT_MINUTES = env.number("EDUCA_CHAT_EDIT_MINUTES", 15, most=24 * 60)
EDUCA_CHAT_SOCKETS_PER_USER = env.number("EDUCA_CHAT_SOCKETS_PER_USER", 10, least=1)
EDUCA_CHAT_SOCKETS_PER_ADDRESS = env.number("EDUCA_CHAT_SOCKETS_PER_ADDRESS", 500, least=1)
EDUCA_CHAT_DAYS = env.number("EDUCA_CHAT_DAYS", 0, most=3650)
EDUCA_CHAT_PRESENCE = env.flag("EDUCA_CHAT_PRESENCE", default=True)

# The API: what one program may ask, and how it is read and described

EDUCA_API_PER_MINUTE = env.number("EDUCA_API_PER_MINUTE", 600, least=1)
EDUCA_API_VISITORS_PER_MINUTE = env.number("EDUCA_API_VISITORS_PER_MINUTE", 120, least=1)
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "educa.api.authentication.TokenAuthentication",
        "educa.api.authentication.BasicAuthentication",
        "educa.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "educa.api.permissions.IsSignedIn",
        "educa.api.permissions.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["educa.api.throttling.PerMinute"],
    "DEFAULT_PAGINATION_CLASS": "educa.api.pagination.Pages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["educa.api.parsing.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["educa.api.filtering.Filters"],
    "DEFAULT_SCHEMA_CLASS": "educa.api.schema.Operation",
    "EXCEPTION_HANDLER": "educa.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Educa",
    "DESCRIPTION": "Everything that a page can do, a program can do.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "educa.api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CourseStatusEnum": "educa.courses.models.course.Course.Status",
        "TransferStatusEnum": "educa.interchange.models.transfer.Transfer.Status",
        "TransferKindEnum": "educa.interchange.models.transfer.Transfer.Direction",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Webhooks: which addresses of other programs may be told what happens

EDUCA_WEBHOOK_PLAIN_HTTP = env.flag("EDUCA_WEBHOOK_PLAIN_HTTP")
EDUCA_WEBHOOK_NETWORKS = env.networks("EDUCA_WEBHOOK_NETWORKS")

# Videos by link: only from hosts that a page may frame

EDUCA_VIDEO_HOSTS = [*VIDEO_HOSTS, *map(peertube, env.hosts("EDUCA_PEERTUBE_HOSTS"))]

SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "frame-src": ["'self'", *sorted({f"https://{host.frame}" for host in EDUCA_VIDEO_HOSTS})],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.log_level("EDUCA_LOG_LEVEL", "WARNING")},
    # A page that is not there is the business of whoever asked for it.
    "loggers": {
        "django.request": {"level": "ERROR"},
        # So is a name that this site does not answer to, which only robots ask for.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Each second while Redis is away; educa.chat.live says it once a minute.
        "channels_redis": {"level": "CRITICAL"},
    },
}
