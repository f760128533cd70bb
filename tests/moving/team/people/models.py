"""Users who log in with their address, whom tokens name by a UUID beside the key, and of whom the team knows more."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    username = None
    email = models.EmailField(unique=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    role = models.CharField(max_length=20, default="reader")
    phone = models.CharField(max_length=20, blank=True)
    tenant_id = models.IntegerField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
