"""Verifies an identity of Amazon SES in MiniStack, as its owner would by a record in the DNS.

    verify.py ENDPOINT IDENTITY
"""

import sys

import boto3

_, endpoint, identity = sys.argv
sesv2 = boto3.client(
    "sesv2",
    endpoint_url=endpoint,
    region_name="eu-central-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
sesv2.create_email_identity(EmailIdentity=identity)
