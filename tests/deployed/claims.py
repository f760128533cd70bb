"""Creates the function `claims` in MiniStack, of the Python code in docs/users.md, and prints its ARN.

    claims.py ENDPOINT
"""

import io
import json
import pathlib
import sys
import zipfile

import boto3

REGION = "eu-central-1"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def main(endpoint):
    def client(service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=endpoint, region_name=REGION, **keys)

    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = client("iam").create_role(RoleName="claims", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    made = client("lambda").create_function(
        FunctionName="claims",
        Runtime="python3.12",
        Handler="claims.handler",
        Role=role,
        Timeout=5,
        Code={"ZipFile": zipped(snippet())},
    )
    print(made["FunctionArn"])


def snippet():
    page = (ROOT / "docs/users.md").read_text()
    return page.split("```python\n", 1)[1].split("```", 1)[0]


def zipped(code):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("claims.py", code)
    return buffer.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
