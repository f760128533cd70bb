"""Django with Simple JWT behind Mangum, as one deploys it to Lambda, over SQLite. `make bench` measures it beside ours.

`python django_service.py` makes the database, with alice in it.
"""

import os

import django
from django.conf import settings

PASSWORD = os.environ["BENCH_PASSWORD"]

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_DATABASE"]}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
    ],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ["SIGNING_KEY"],
)
django.setup()

from django.core.asgi import get_asgi_application
from django.urls import path
from mangum import Mangum
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt import views


class Hello(APIView):
    def get(self, request):
        return Response({"message": f"Hello, {request.user.username}!"})


urlpatterns = [
    path("api/token/", views.token_obtain_pair),
    path("api/token/refresh/", views.token_refresh),
    path("api/token/verify/", views.token_verify),
    path("api/hello/", Hello.as_view()),
]

handler = Mangum(get_asgi_application(), lifespan="off")

if __name__ == "__main__":
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if not User.objects.exists():
        User.objects.create_user("alice", password=PASSWORD, id=1)
