"""Makes a user for each hasher, whose name it has, and one who cannot log in. Read by `manage.py shell`."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

for name in settings.HASHERS:
    User.objects.create(username=name, password=make_password(f"{name}'s password", hasher=name))
User.objects.create(username="nobody", password=make_password(None))
