"""Rotates the keys of a stack in MiniStack as Secrets Manager would: the real function, four steps, one version.

    rotate.py ENDPOINT STACK SECONDS

MiniStack does not rotate by itself. The next key, which the policy lets wait for more than an hour, is then made to sign
after SECONDS, so that a test sees it happen. Prints the algorithms of the set as JSON, newest first.
"""

import json
import sys
import time
import uuid

import boto3

REGION = "eu-central-1"


def main(endpoint, stack, seconds):
    def client(service):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    cloudformation, secrets = client("cloudformation"), client("secretsmanager")
    found = {key: cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=key) for key in NAMES}
    function, secret = (found[key]["StackResourceDetail"]["PhysicalResourceId"] for key in NAMES)
    version = str(uuid.uuid4())
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        event = {"Step": step, "SecretId": secret, "ClientRequestToken": version}
        answer = client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        if answer.get("FunctionError"):
            sys.exit(f"{step}: {answer['Payload'].read().decode()}")
    current = secrets.get_secret_value(SecretId=secret)
    if current["VersionId"] != version:
        sys.exit("the rotated version does not serve")
    hasten(secrets, secret, json.loads(current["SecretString"]), int(time.time()) + int(seconds))


def hasten(secrets, secret, keyset, begin):
    newest, *others = keyset["keys"]
    if newest["sign_from"] < time.time() + 3600:
        sys.exit("the next key would sign before every cache has it")
    newest["sign_from"] = begin
    for key in others:
        key["sign_until"] = begin
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(keyset))
    print(json.dumps([key["alg"] for key in keyset["keys"]]))


NAMES = ("RotateFunction", "KeysSecret")

if __name__ == "__main__":
    main(*sys.argv[1:])
