"""Django with djangorestframework-simplejwt, without a database.

    simple_jwt.py issue SECRET_KEY             prints an access and a refresh token of user 1
    simple_jwt.py verify JWK_URL ALGORITHM     reads an access token, prints whose it is
"""

import sys

import django
from django.conf import settings


def start(**simple_jwt):
    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        SECRET_KEY=simple_jwt.pop("SECRET_KEY", "another project's, which signs nothing here"),
        SIMPLE_JWT=simple_jwt,
    )
    django.setup()


def issue(secret_key):
    start(SECRET_KEY=secret_key)
    from django.contrib.auth.models import User
    from rest_framework_simplejwt.tokens import RefreshToken

    refresh = RefreshToken.for_user(User(id=1, username="alice"))
    print(refresh.access_token, refresh)


def verify(jwk_url, algorithm):
    start(ALGORITHM=algorithm, JWK_URL=jwk_url)
    from rest_framework_simplejwt.tokens import AccessToken

    print(AccessToken(sys.stdin.read().strip())["user_id"])


if __name__ == "__main__":
    {"issue": issue, "verify": verify}[sys.argv[1]](*sys.argv[2:])
