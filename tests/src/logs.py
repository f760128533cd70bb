"""Puts lines into log groups: logs.py ENDPOINT < [[GROUP, SECONDS, LINE], …]. `reader` makes a user who may list log groups alone."""

import json
import sys

import boto3

LISTS = {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"}


def client(endpoint, service):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=endpoint, region_name="eu-central-1", **keys)


def put(logs, lines):
    for group, seconds, line in lines:
        name = {"logGroupName": group, "logStreamName": "stream"}
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            logs.create_log_group(logGroupName=group)
        if not logs.describe_log_streams(logGroupName=group)["logStreams"]:
            logs.create_log_stream(**name)
        if line is not None:
            logs.put_log_events(**name, logEvents=[{"timestamp": seconds * 1000, "message": line}])


def reader(iam):
    iam.create_user(UserName="reader")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [LISTS]})
    iam.put_user_policy(UserName="reader", PolicyName="lists", PolicyDocument=policy)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    print(json.dumps([key["AccessKeyId"], key["SecretAccessKey"]]))


match sys.argv[1:]:
    case [endpoint, "reader"]:
        reader(client(endpoint, "iam"))
    case [endpoint]:
        put(client(endpoint, "logs"), json.load(sys.stdin))
