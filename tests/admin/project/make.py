"""A Django project with users, in a database of its own; prints what dumpdata says of them.

    make.py DATABASE MODEL      DATABASE is a file for SQLite, or the port of a PostgreSQL on this machine (PGPASSWORD)
"""

import datetime
import os
import sys

import django
from django.conf import settings
from django.core.management import call_command

# More than one page of what reads them.
MANY = 600


def database(where):
    if not where.isdigit():
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": where}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": where,
        "NAME": "postgres",
        "USER": "django",
        "PASSWORD": os.environ["PGPASSWORD"],
    }


def start(where, model):
    settings.configure(
        AUTH_USER_MODEL=model,
        DATABASES={"default": database(where)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        # Beside Django's own users, those of another model would take their groups.
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *{model.split(".")[0]} - {"auth"}],
        SECRET_KEY="signs nothing",
        TIME_ZONE="Asia/Tokyo",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)


def fill():
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group, Permission

    User = get_user_model()
    joined = datetime.datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)

    def user(number, **fields):
        own = {"beta": number % 3 == 0, "credit": "12.34" if number % 2 else None}
        name = own if User.USERNAME_FIELD == "email" else {"username": f"user{number}"}
        return User(email=f"user{number}@example.org", **{"password": "!", "date_joined": joined, **name, **fields})

    first = user(0, is_staff=True, is_superuser=True, last_login=joined, password=make_password("correct horse"))
    rest = [user(number, is_active=number % 2 == 0) for number in range(1, MANY)]
    users = User.objects.bulk_create([first, *rest])
    editors, writers = (Group.objects.get_or_create(name=name)[0] for name in ['the "editors"; all, of them', "writers"])
    editors.permissions.set(Permission.objects.all()[:3])
    users[0].groups.set([editors, writers])
    users[0].user_permissions.set(Permission.objects.all()[:2])
    users[-1].groups.set([writers])


def main(where, model):
    start(where, model)
    fill()
    call_command("dumpdata", model, "auth.group", "auth.permission", format="json", verbosity=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
