"""Deploys a template to MiniStack, as `sam deploy` would to AWS, and prints the stack's outputs as JSON, and with them as
Path where MiniStack has the API.

    deploy.py ENDPOINT STACK TEMPLATE FOLDER_OF_PROGRAMS [PARAMETER=VALUE ...]

The programs are those of this machine, and a second stack takes what the first has uploaded.
"""

import io
import json
import pathlib
import platform
import sys
import zipfile

import boto3
import gateways
from samtranslator.yaml_helper import yaml_parse

BUCKET = "latchkey-artifacts"
REGION = "eu-central-1"
# What MiniStack does not know. The rotation is tested by itself, with the events of its four steps.
UNKNOWN = ("AWS::SecretsManager::RotationSchedule", "AWS::WAFv2::WebACLAssociation")
ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERLESS_FUNCTION = "AWS::Serverless::Function"


def main(endpoint, stack, template, programs, *parameters):
    def client(service):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    place = ROOT / template
    template, given = yaml_parse(place.read_text()), dict(parameter.split("=", 1) for parameter in parameters)
    is_one(template, given)
    resources = template["Resources"]
    template["Resources"] = {name: resource for name, resource in resources.items() if resource["Type"] not in UNKNOWN}
    for resource in template["Resources"].values():
        watch_one(resource["Properties"])
        send_anywhere(resource["Properties"])
    say("uploading the functions")
    package(template, place.parent, pathlib.Path(programs), client("s3"))
    # Too long to be sent as it is: CloudFormation takes 51 200 bytes, and a megabyte from S3, as `sam deploy` does.
    client("s3").put_object(Bucket=BUCKET, Key=f"{stack}.template", Body=json.dumps(template).encode())
    cloudformation = client("cloudformation")
    say(f"creating the stack {stack}")
    outputs = create(cloudformation, stack, f"{endpoint}/{BUCKET}/{stack}.template", (f"Architecture={architecture()}", *parameters))
    path = gateways.complete(client, stack, template, given, outputs)
    print(json.dumps({**outputs, "Path": path}))


def architecture():
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def is_one(template, given):
    """MiniStack splits nothing in a condition: it gets what AWS would make of it."""
    condition = template["Conditions"].get("CorsAllowsOneOrigin", {"Fn::And": []})
    for equal in condition["Fn::And"]:
        match equal:
            case {"Fn::Equals": [{"Fn::Select": [0, {"Fn::Split": [separator, {"Ref": name}]}]}, _]}:
                equal["Fn::Equals"][0] = given.get(name, "").split(separator)[0]


def watch_one(properties):
    """MiniStack knows no alarm over several metrics: it gets the first of them."""
    metrics = [metric["MetricStat"] for metric in properties.pop("Metrics", []) if "MetricStat" in metric]
    for stat in metrics[:1]:
        properties |= stat["Metric"] | {"Period": stat["Period"], "Statistic": stat["Stat"]}


def send_anywhere(properties):
    """MiniStack asks for the right to send mails to no identity, and tells nobody from whom they are."""
    for policy in properties.get("Policies", []):
        for statement in policy["Statement"]:
            if "ses:SendEmail" in statement.get("Action", ()):
                statement["Resource"] = "*"
                del statement["Condition"]


def package(template, place, programs, s3):
    """What `sam package` does: each CodeUri becomes the address of an archive with a `bootstrap`, or with what is in the folder."""
    uploaded = set()
    if any(bucket["Name"] == BUCKET for bucket in s3.list_buckets()["Buckets"]):
        uploaded = {entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
    else:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for resource in template["Resources"].values():
        if resource["Type"] == SERVERLESS_FUNCTION:
            folder = pathlib.PurePath(resource["Properties"]["CodeUri"])
            is_ours = folder.parent.name == "functions"
            if not (is_ours and folder.name in uploaded):
                body = archive(programs / folder.name) if is_ours else archive_folder(place / folder)
                s3.put_object(Bucket=BUCKET, Key=folder.name, Body=body)
                uploaded.add(folder.name)
            resource["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": folder.name}


def archive(program):
    return zipped({"bootstrap": program.read_bytes()})


def archive_folder(folder):
    files = [file for file in folder.rglob("*") if file.is_file()]
    if not files:
        sys.exit(f"{folder} is the CodeUri of a function, and has no files")
    return zipped({str(file.relative_to(folder)): file.read_bytes() for file in files})


def zipped(files):
    buffer = io.BytesIO()
    # Not compressed: it goes nowhere, and squeezing debug binaries takes longer than everything else.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o755 << 16
            file.writestr(entry, content)
    return buffer.getvalue()


def say(what):
    print(f"{what} …", file=sys.stderr, flush=True)


def create(cloudformation, stack, template_url, parameters):
    pairs = [parameter.split("=", 1) for parameter in parameters]
    cloudformation.create_stack(
        StackName=stack,
        TemplateURL=template_url,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in pairs],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    waiter = cloudformation.get_waiter("stack_create_complete")
    try:
        waiter.wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    except Exception:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        sys.exit("\n".join(f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in failed))
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in described}


if __name__ == "__main__":
    main(*sys.argv[1:])
