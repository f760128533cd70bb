"""A project with a user model and a token of its own."""

from datetime import timedelta
from pathlib import Path

ALLOWED_HOSTS = ["127.0.0.1"]
AUTH_USER_MODEL = "people.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path("db.sqlite3").resolve()}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "people", "rest_framework"]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}
ROOT_URLCONF = "urls"
SECRET_KEY = "django-insecure-of-a-team-that-is-about-to-move-elsewhere"
SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(minutes=30), "ROTATE_REFRESH_TOKENS": True, "USER_ID_FIELD": "uuid"}
USE_TZ = True
