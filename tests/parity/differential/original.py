"""The original as a WSGI application: Django with djangorestframework-simplejwt, its six views and one guarded route.

`SIMPLE_JWT` (JSON, lifetimes and LEEWAY in seconds), `DATABASE` (a file) and `SECRET_KEY` come from the environment.
`python original.py users.json` makes the database and loads the users of a Django dump.
"""

import datetime
import json
import os
import sys

import django
from django.conf import settings
from django.contrib.auth import hashers


class CheapHasher(hashers.PBKDF2PasswordHasher):
    """The iterations that the recorded users have, or the first login would hash them again."""

    iterations = 1000


def simple_jwt():
    given = json.loads(os.environ.get("SIMPLE_JWT", "{}"))
    lifetimes = {name for name in given if name.endswith("_LIFETIME")}
    spans = {name: datetime.timedelta(seconds=given[name]) for name in lifetimes}
    tuples = {name: tuple(value) for name, value in given.items() if isinstance(value, list) and name != "AUDIENCE"}
    return {**given, **spans, **tuples}


settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE"],
            "OPTIONS": {"timeout": 30, "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"},
        }
    },
    DEBUG=False,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rest_framework",
        "rest_framework_simplejwt.token_blacklist",
    ],
    LOGGING_CONFIG=None,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    PASSWORD_HASHERS=["original.CheapHasher"],
    ROOT_URLCONF="original",
    SECRET_KEY=os.environ["SECRET_KEY"],
    SIMPLE_JWT=simple_jwt(),
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USE_TZ=True,
)
sys.modules.setdefault("original", sys.modules[__name__])
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt import views  # noqa: E402
from rest_framework_simplejwt.authentication import JWTAuthentication  # noqa: E402


class HelloView(APIView):
    authentication_classes = (JWTAuthentication,)
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"message": "Hello, World!"})

    def post(self, request):
        return Response({"message": "Hello, World!", "data": request.data})


urlpatterns = [
    path("api/token/", views.TokenObtainPairView.as_view()),
    path("api/token/refresh/", views.TokenRefreshView.as_view()),
    path("api/token/verify/", views.TokenVerifyView.as_view()),
    path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
    path("api/token/sliding/", views.TokenObtainSlidingView.as_view()),
    path("api/token/sliding/refresh/", views.TokenRefreshSlidingView.as_view()),
    path("api/hello/", HelloView.as_view()),
]
application = get_wsgi_application()

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("loaddata", sys.argv[1], verbosity=0)
