"""Makes an administrator and a reader, both with a group. Read by `manage.py shell`."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from people.models import User

editors = Group.objects.create(name="editors")
for name, fields in {
    "root": {"role": "admin", "phone": "+49 171 1", "tenant_id": 7, "is_superuser": True},
    "rita": {"tenant_id": 8},
}.items():
    user = User.objects.create(email=f"{name}@example.org", password=make_password(f"{name}'s password"), **fields)
    user.groups.add(editors)
