"""What docs/live-account.md describes: deploys a stack, asks what only a live account can answer, and deletes the stack.

Prints one line for each question as soon as it is answered: `yes`, `no` or `skipped`, what was asked and what was seen.
Ends with 1 if an answer is `no`.
"""

import argparse
import base64
import http.client
import json
import pathlib
import secrets
import subprocess
import sys
import time
import urllib.parse

import boto3
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORIGIN = "https://app.example.com"
MEMORIES = (128, 256, 1769)
# Each with the event that shows it, and what it does at its first call.
MEASURED = {"RefreshFunction": "refresh", "ObtainFunction": "obtain", "SessionAuthorizerFunction": "authorizer"}
STARTS = 5
# REFRESH_GRACE of PROFILE=hardened, in seconds.
GRACE = 10


def main():
    given = arguments()
    session = boto3.Session()
    if not session.region_name:
        sys.exit("no region is named; set AWS_REGION")
    account = client(given, "sts").get_caller_identity()["Account"]
    print(f"account {account}, {session.region_name}, stack {given.stack}; it is deleted at the end", flush=True)
    begun = time.monotonic()
    live = Live(given)
    try:
        live.deploy()
        live.ask()
        live.measure()
    finally:
        if given.keep:
            print(f"the stack is kept; delete it with: sam delete --stack-name {given.stack}")
        else:
            live.delete()
    print(f"{time.monotonic() - begun:.0f} s; {live.refused} of {live.asked} answers are `no`")
    sys.exit(1 if live.refused else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="infra/tools/live", description=__doc__.splitlines()[0])
    parser.add_argument("--stack", default=f"latchkey-live-{secrets.token_hex(3)}", help="its name; a new one by default")
    parser.add_argument("--keep", action="store_true", help="do not delete the stack")
    parser.add_argument("--endpoint-url", help="a local AWS in place of AWS")
    return parser.parse_args()


def client(given, service):
    return boto3.client(service, endpoint_url=given.endpoint_url)


class Live:
    """A stack, and what was seen of it."""

    def __init__(self, given):
        self.given = given
        self.is_local = given.endpoint_url is not None
        self.asked = self.refused = 0
        self.password = secrets.token_urlsafe(24)
        self.outputs = {}

    # Deploying and deleting.

    def deploy(self):
        parameters = ["Profile=hardened", f"CorsAllowedOrigins={ORIGIN},https://other.example.com", "LogRetentionDays=1"]
        with step("deploy"):
            if self.is_local:
                tool = [sys.executable, "tests/deployed/deploy.py", self.given.endpoint_url, self.given.stack]
                told = run([*tool, "template.yaml", "target/debug", *parameters])
                self.outputs = json.loads(told.splitlines()[-1])
            else:
                names = ["--stack-name", self.given.stack, "--capabilities", "CAPABILITY_IAM", "--resolve-s3"]
                run(["sam", "deploy", *names, "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *parameters])
                stack = client(self.given, "cloudformation").describe_stacks(StackName=self.given.stack)["Stacks"][0]
                self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        with step("create a user"):
            place = ["--stack", self.given.stack, *(["--endpoint-url", self.given.endpoint_url] if self.is_local else [])]
            run(["cargo", "run", "--quiet", "--", "users", "create", "ada", "--password-stdin", *place], self.password)

    def delete(self):
        """Everything, the users table and the secret included: nobody needs them."""
        with step("delete"):
            cloudformation, dynamodb = client(self.given, "cloudformation"), client(self.given, "dynamodb")
            names = [self.outputs[name] for name in ("UsersTable",) if name in self.outputs]
            groups = self.log_groups()
            cloudformation.delete_stack(StackName=self.given.stack)
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.given.stack)
            for name in names:
                quietly(lambda: dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False))
                quietly(lambda: dynamodb.delete_table(TableName=name))
            secret = self.outputs.get("KeysSecret")
            if secret:
                keys = client(self.given, "secretsmanager")
                quietly(lambda: keys.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True))
            # A late log line makes a group again that the stack has deleted.
            logs = client(self.given, "logs")
            for group in groups:
                quietly(lambda: logs.delete_log_group(logGroupName=group))

    def log_groups(self):
        logs = client(self.given, "logs")
        prefix = f"/latchkey/{self.given.stack}/"
        return [group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]]

    # The questions.

    def ask(self):
        status, _, pair = self.post("/api/token/", {"username": "ada", "password": self.password})
        self.answer(status == 200, "a user logs in", status)
        if status != 200:
            return
        for path in ("/api/hello/", "/api/hello"):
            status, _, _ = self.get(path, pair["access"])
            self.answer(status == 200, f"a guarded route answers at {path}", status)
        self.ask_of_refusals()
        status, _, changed = self.refresh(pair["refresh"])
        self.answer(status == 200, "a refresh gives the next pair", status)
        replayed = self.replay(pair["refresh"], changed.get("refresh", ""))
        self.answer(replayed == (401, 401), "a rotated token that is presented again ends the session", replayed)
        self.ask_of_transactions()
        self.ask_of_metrics()

    def ask_of_refusals(self):
        """Twice each: the second answer may come from the authorizer's cache."""
        bad = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln"
        for time_of_asking in ("first", "second"):
            status, headers, body = self.get("/api/hello/", bad)
            right = status == 401 and body.get("code") == "token_not_valid" and "messages" in body
            question = f"$context.authorizer.body is the body of a refusal as it was written ({time_of_asking} answer)"
            self.on_aws(right, question, (status, body))
        self.on_aws("www-authenticate" in headers, "the 401 of the gateway has WWW-Authenticate", sorted(headers))
        status, headers, _ = self.post("/api/token/", {"username": "ada", "password": "wrong"})
        names = [name for name in headers if "authenticate" in name]
        self.on_aws(
            names == ["x-amzn-remapped-www-authenticate"], "the 401 of a function has WWW-Authenticate under another name", names
        )
        for version in ("1.1", "2"):
            seen = self.curl(version, bad)
            self.on_aws(f"access-control-allow-origin: {ORIGIN}" in seen, f"HTTP/{version}: a page can read the 401", seen)

    def ask_of_transactions(self):
        """The conditions on dynamodb:Attributes and dynamodb:LeadingKeys let the transaction of a new password pass."""
        _, _, pair = self.post("/api/token/", {"username": "ada", "password": self.password})
        news = secrets.token_urlsafe(24)
        body = {"old_password": self.password, "new_password": news}
        status, _, _ = self.post("/api/user/password/", body, pair["access"])
        self.answer(status == 200, "a user changes the password (a transaction under conditions of IAM)", status)

    def ask_of_metrics(self):
        if self.is_local:
            return self.skip("metrics of the namespace Latchkey arrive", "a local AWS reads no metrics from logs")
        cloudwatch = client(self.given, "cloudwatch")
        for _ in range(20):
            names = {metric["MetricName"] for metric in cloudwatch.list_metrics(Namespace="Latchkey")["Metrics"]}
            if names:
                break
            time.sleep(15)
        self.answer(bool(names), "metrics of the namespace Latchkey arrive where LogFormat is JSON", sorted(names))

    # The measurements.

    def measure(self):
        if self.is_local:
            return self.skip("cold starts", "a local AWS has no share of a processor")
        functions, stacks = client(self.given, "lambda"), client(self.given, "cloudformation")
        print(f"{'cold starts, medians of ' + str(STARTS):40}{'MB':>6}{'init ms':>9}{'first ms':>10}{'second ms':>11}")
        for resource, event in MEASURED.items():
            described = stacks.describe_stack_resource(StackName=self.given.stack, LogicalResourceId=resource)
            name = described["StackResourceDetail"]["PhysicalResourceId"]
            payload = (ROOT / "events" / f"{event}.json").read_bytes()
            for memory in MEMORIES:
                starts = [self.start(functions, name, memory, payload, turn) for turn in range(STARTS)]
                medians = [sorted(column)[STARTS // 2] for column in zip(*starts)]
                print(f"{event:40}{memory:>6}" + "".join(f"{value:>{width}.1f}" for value, width in zip(medians, (9, 10, 11))), flush=True)

    def start(self, functions, name, memory, payload, turn):
        """A new environment and two calls: what Lambda reports of them, in ms."""
        # A changed description makes new environments.
        logging = {"LogFormat": "JSON", "SystemLogLevel": "INFO"}
        functions.update_function_configuration(
            FunctionName=name, MemorySize=memory, Description=f"start {turn} of {memory} MB", LoggingConfig=logging
        )
        functions.get_waiter("function_updated_v2").wait(FunctionName=name)
        first, second = (report(functions.invoke(FunctionName=name, LogType="Tail", Payload=payload)) for _ in range(2))
        return first.get("initDurationMs", 0.0), first["durationMs"], second["durationMs"]

    # Requests.

    def refresh(self, token):
        return self.post("/api/token/refresh/", {"refresh": token})

    def replay(self, old, new):
        """The statuses of the old token past its grace, and then of its successor."""
        time.sleep(GRACE + 2)
        first = self.refresh(old)[0]
        return (first, self.refresh(new)[0]) if first != 200 else (first, None)

    def get(self, path, access):
        return self.send("GET", path, None, {"authorization": f"Bearer {access}", "origin": ORIGIN})

    def post(self, path, body, access=None):
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {access}"} if access else {})
        return self.send("POST", path, json.dumps(body), headers)

    def send(self, method, path, body, headers):
        url = urllib.parse.urlsplit(self.base())
        kind = http.client.HTTPConnection if url.scheme == "http" else http.client.HTTPSConnection
        connection = kind(url.netloc, timeout=30)
        connection.request(method, url.path + path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        try:
            body = json.loads(text or b"{}")
        except ValueError:
            body = {"text": text.decode(errors="replace")}
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def curl(self, version, access):
        """The head of a refusal over this version of HTTP."""
        command = ["curl", "--silent", f"--http{version}", "--dump-header", "-", "--output", "/dev/null", "--max-time", "30"]
        headers = ["--header", f"authorization: Bearer {access}", "--header", f"origin: {ORIGIN}"]
        return run([*command, *headers, self.base() + "/api/hello/"]).lower()

    def base(self):
        return self.given.endpoint_url + self.outputs["Path"] if self.is_local else self.outputs["ApiUrl"]

    # Answers.

    def on_aws(self, is_so, question, seen):
        """A question about API Gateway itself, which a local AWS answers otherwise."""
        return self.skip(question, "a local AWS differs") if self.is_local else self.answer(is_so, question, seen)

    def answer(self, is_so, question, seen):
        self.asked += 1
        self.refused += not is_so
        print(f"{'yes' if is_so else 'no':8}{question}" + ("" if is_so else f": {seen}"), flush=True)

    def skip(self, question, reason):
        print(f"{'skipped':8}{question}: {reason}", flush=True)


class step:
    """Says what is being done, and how long it took."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print(f"…       {self.name}", flush=True)
        self.begun = time.monotonic()

    def __exit__(self, kind, *_):
        print(f"{'failed' if kind else 'done':8}{self.name}, {time.monotonic() - self.begun:.0f} s", flush=True)


def run(command, text=None):
    done = subprocess.run(command, cwd=ROOT, input=text, text=True, capture_output=True, timeout=1200)
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def report(answer):
    """What Lambda's own line says of a call."""
    for line in base64.b64decode(answer["LogResult"]).decode().splitlines():
        if line.startswith("{") and '"platform.report"' in line:
            return json.loads(line)["record"]["metrics"]
    sys.exit("Lambda reported nothing of a call")


def quietly(act):
    """What is not there need not be deleted."""
    try:
        act()
    except ClientError as fault:
        if "NotFound" not in str(fault):
            print(f"not deleted: {fault}")


if __name__ == "__main__":
    main()
