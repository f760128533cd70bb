"""Restores the users of a stack in MiniStack into a new table, or leads the stack to that table, as docs/operations.md says.

    restore.py ENDPOINT STACK restore TABLE
    restore.py ENDPOINT STACK switch TABLE
"""

import sys

import boto3

REGION = "eu-central-1"


def main(endpoint, stack, act, table):
    def client(service):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    cloudformation, dynamodb = client("cloudformation"), client("dynamodb")
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    if act == "restore":
        users = next(output["OutputValue"] for output in described["Outputs"] if output["OutputKey"] == "UsersTable")
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=users, TargetTableName=table, UseLatestRestorableTime=True
        )
        dynamodb.get_waiter("table_exists").wait(TableName=table)
    else:
        switch(cloudformation, stack, described["Parameters"], table)


def switch(cloudformation, stack, parameters, table):
    """What `sam deploy --parameter-overrides UsersTableName=…` does to a stack whose template is the same."""
    kept = {parameter["ParameterKey"] for parameter in parameters} - {"UsersTableName"}
    cloudformation.update_stack(
        StackName=stack,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "UsersTableName", "ParameterValue": table}]
        + [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept)],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
