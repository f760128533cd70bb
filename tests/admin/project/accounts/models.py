"""Users who log in with their address, whose ids are UUIDs, and who have fields of their own."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.utils import timezone


class Account(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    # What a team's own model has beside Django's fields, in columns of each kind.
    beta = models.BooleanField(default=False)
    credit = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    level = models.IntegerField(default=3)
    ratio = models.FloatField(default=0.25)
    role = models.CharField(max_length=40, default="reader")

    USERNAME_FIELD = "email"
