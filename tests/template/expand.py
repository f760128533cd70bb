"""Prints a SAM template as CloudFormation gets it, as JSON: what AWS's own transform makes of it.

    expand.py TEMPLATE [PARAMETER=VALUE ...]
"""

import json
import logging
import os
import pathlib
import sys

os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"

from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

# SAM asks IAM for the ARNs of the policies that it attaches by name.
MANAGED = {"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}


def main(path, *parameters):
    logging.disable(logging.WARNING)
    template = yaml_parse(pathlib.Path(path).read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # As `sam package` leaves it.
            resource["Properties"]["CodeUri"] = {"Bucket": "bucket", "Key": resource["Properties"]["CodeUri"]}
    values = dict(parameter.split("=", 1) for parameter in parameters)
    print(json.dumps(Translator(MANAGED, Parser()).translate(template, values)))


if __name__ == "__main__":
    main(*sys.argv[1:])
