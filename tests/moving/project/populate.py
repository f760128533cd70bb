"""Makes a user for each hasher, whose name it has, one who cannot log in, and one who was mailed a link that resets the password.

Read by `manage.py shell`. The link is in link.txt, as djoser makes it.
"""

from pathlib import Path


from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

for name in settings.HASHERS:
    User.objects.create(username=name, password=make_password(f"{name}'s password", hasher=name))
User.objects.create(username="nobody", password=make_password(None))
forgot = User.objects.create_user("forgot", "forgot@example.org", "forgot's password")
link = [urlsafe_base64_encode(force_bytes(forgot.pk)), default_token_generator.make_token(forgot)]
Path("link.txt").write_text(" ".join(link))
