"""What MiniStack leaves out of the APIs of a SAM template that AWS takes from it."""

import re

from ministack.services.cloudformation import engine

NO_VALUE = {"Ref": "AWS::NoValue"}
SERVERLESS_HTTP_API = "AWS::Serverless::HttpApi"
# MiniStack puts in neither the authorizer's context nor functions of CloudFormation: it gets what they come to.
CHALLENGES = {
    "ACCESS_DENIED": "'Bearer realm=\"api\", error=\"invalid_token\"'",
    "UNAUTHORIZED": "'Bearer realm=\"api\"'",
}


def complete(client, stack, template, parameters, outputs):
    """Completes the API of the stack, and says where MiniStack has it."""
    api, functions = resolved(template["Resources"]["Api"], template, parameters), deployed(client("cloudformation"), stack)
    events = [
        (functions[name], event["Properties"])
        for name in functions.keys() & template["Resources"].keys()
        for event in template["Resources"][name]["Properties"].get("Events", {}).values()
    ]
    if api["Type"] == SERVERLESS_HTTP_API:
        return complete_http(client("apigatewayv2"), api["Properties"], events, outputs)
    return complete_rest(client("apigateway"), api["Properties"], events, outputs)


def resolved(value, template, parameters):
    """The value with its conditions decided, and with no member that is then without a value."""
    values = {name: {"Value": parameters.get(name, given.get("Default"))} for name, given in template["Parameters"].items()}
    conditions = engine._evaluate_conditions(template, values)

    def decided(value):
        match value:
            case {"Fn::If": [condition, yes, no]}:
                return decided(yes if conditions[condition] else no)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{(\w+)\}", lambda name: values.get(name[1], {"Value": name[0]})["Value"], text)
            case {"Fn::Split": [separator, {"Ref": name}]}:
                return values[name]["Value"].split(separator)
            case {"Ref": name} if name in values:
                return values[name]["Value"]
            case dict():
                members = {name: decided(member) for name, member in value.items()}
                return {name: member for name, member in members.items() if member != NO_VALUE}
            case list():
                return [decided(member) for member in value]
        return value

    return decided(value)


def deployed(cloudformation, stack):
    """The ARN of every function whose condition holds, by its name in the template."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    prefix = f"arn:aws:lambda:{cloudformation.meta.region_name}:000000000000:function:"
    return {
        resource["LogicalResourceId"]: prefix + resource["PhysicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }


def complete_rest(gateway, properties, events, outputs):
    """Methods `any`, and Gateway Responses."""
    api, stage = outputs["ApiId"], outputs["ApiUrl"].rsplit("/", 1)[1]
    resources = gateway.get_resources(restApiId=api, limit=500)["items"]
    resources = {resource["path"]: resource["id"] for resource in resources}
    authorizer = gateway.get_authorizers(restApiId=api)["items"][0]["id"]
    for arn, event in events:
        place = {"restApiId": api, "resourceId": resources[event["Path"]], "httpMethod": method(event)}
        gateway.put_method(**place, **guard(event, authorizer))
        gateway.put_integration(type="AWS_PROXY", integrationHttpMethod="POST", uri=invocation(gateway, arn), **place)
    for kind, response in properties["GatewayResponses"].items():
        gateway_response(gateway, api, kind, response)
    gateway.create_deployment(restApiId=api, stageName=stage)
    return f"/restapis/{api}/{stage}/_user_request_"


def complete_http(gateway, properties, events, outputs):
    """Routes, and the authorizer before them. MiniStack wants more behind a slash than nothing, which AWS does not."""
    api, stage = outputs["ApiId"], "$default"
    given = properties["Auth"]["Authorizers"]["Token"]
    authorizer = gateway.create_authorizer(
        ApiId=api,
        Name="Token",
        AuthorizerType="REQUEST",
        AuthorizerUri=invocation(gateway, outputs["AuthorizerArn"]),
        AuthorizerPayloadFormatVersion=given["AuthorizerPayloadFormatVersion"],
        EnableSimpleResponses=True,
        IdentitySource=[f"$request.header.{name}" for name in given["Identity"]["Headers"]],
        AuthorizerResultTtlInSeconds=1,
    )["AuthorizerId"]
    if cors := properties.get("CorsConfiguration"):
        gateway.update_api(ApiId=api, CorsConfiguration={**cors, "MaxAge": int(cors["MaxAge"])})
    for arn, event in events:
        integration = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        for path in {event["Path"], event["Path"].removesuffix("{proxy+}")}:
            target = f"integrations/{integration}"
            guarding = {name[0].upper() + name[1:]: value for name, value in guard(event, authorizer).items()}
            gateway.create_route(ApiId=api, RouteKey=f"{method(event)} {path}", Target=target, **guarding)
    return f"/_aws/execute-api/{api}/{stage}"


def method(event):
    return "OPTIONS" if event["Method"] == "options" else "ANY"


def guard(event, authorizer):
    if "Auth" not in event:
        return {"authorizationType": "NONE"}
    return {"authorizationType": "CUSTOM", "authorizerId": authorizer}


def invocation(gateway, arn):
    return f"arn:aws:apigateway:{gateway.meta.region_name}:lambda:path/2015-03-31/functions/{arn}/invocations"


def gateway_response(gateway, api, kind, response):
    status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
    headers = {
        name: CHALLENGES.get(kind, value) if name == "WWW-Authenticate" else value
        for name, value in response["ResponseParameters"]["Headers"].items()
    }
    gateway.put_gateway_response(
        restApiId=api,
        responseType=kind,
        responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        responseTemplates=response["ResponseTemplates"],
        **status,
    )
