//! What each function may do (SC-07): no more than its part.

use crate::expanded::{BOTH, Template};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// SAM attaches it: a function may write into logs. AWS wrote it, with `*` for their names.
const LOGS: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
/// And this one with `Tracing=Active`: X-Ray knows no resources.
const TRACES: &str = "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess";

/// The function that is asked for claims, by the parameter that names it.
const CLAIMS: &str = "ClaimsFunction";

/// The secret by its own ARN. Its name with a wildcard would be other secrets, too.
const KEYS: &str = "KeysSecret.Id";
/// Any identity, and the configuration set that it may have: `ses:FromAddress` says from whom.
const MAILS: [&str; 2] = [
    "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*",
    "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*",
];
const PLACES: [&str; 11] = [
    CLAIMS,
    KEYS,
    MAILS[0],
    MAILS[1],
    "OrganizationsTable.Arn",
    "OutboxTable.Arn",
    "SessionsTable.Arn",
    "UsersTable.Arn",
    "${OutboxTable.Arn}/stream/*",
    "${SessionsTable.Arn}/index/by-user",
    // That of UsersTableName.
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${UsersTableName}",
];
const READS: [&str; 4] =
    ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "secretsmanager:GetSecretValue"];

/// The rights of each function: actions, and what they may be done to.
type Rights<'t> = BTreeMap<&'t str, BTreeSet<(String, String)>>;

#[test]
fn sc_07_every_right_is_to_one_act_on_one_thing_of_the_stack() {
    for (function, rights) in BOTH.iter().flat_map(rights) {
        for (action, place) in rights {
            assert!(!action.contains('*') && PLACES.contains(&place.as_str()), "{function}: {action} {place}");
            assert_eq!(action.starts_with("secretsmanager:"), place == KEYS, "{function}: {action} {place}");
            assert_eq!(action.starts_with("ses:"), MAILS.contains(&place.as_str()), "{function}: {action} {place}");
            assert_eq!(action == "lambda:InvokeFunction", place == CLAIMS, "{function}: {action} {place}");
        }
    }
}

#[test]
fn sc_07_the_stateless_authorizer_reads_the_keys_and_nothing_else() {
    for rights in BOTH.iter().map(rights) {
        let keys = ("secretsmanager:GetSecretValue".to_owned(), KEYS.to_owned());
        assert_eq!(rights["AuthorizerFunction"], BTreeSet::from([keys]));
    }
}

#[test]
fn sc_07_no_function_behind_the_authorizer_reads_the_keys() {
    let guarded = ["Account", "Credentials", "Hello", "Organizations"];
    for (rights, name) in BOTH.iter().flat_map(|template| guarded.map(|name| (rights(template), name))) {
        let rights = &rights[format!("{name}Function").as_str()];
        assert!(!rights.is_empty() && rights.iter().all(|(_, place)| place != KEYS), "{name}: {rights:?}");
    }
}

#[test]
fn sc_07_only_what_signs_for_users_asks_for_claims_and_only_where_there_is_somebody_to_ask() {
    let asking = |condition: &str| {
        let right = json!({"Sid": "AskForClaims", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": {"Ref": CLAIMS}});
        json!({"Fn::If": [condition, right, {"Ref": "AWS::NoValue"}]})
    };
    for template in BOTH.iter() {
        let able: Vec<_> =
            rights(template).into_iter().filter(|(_, rights)| rights.iter().any(|(_, it)| it == CLAIMS)).collect();
        let names: BTreeSet<&str> = able.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, BTreeSet::from(["LegacyFunction", "ObtainFunction", "RefreshFunction"]));
        for (name, condition) in [
            ("Legacy", "ClaimsFunctionGiven"),
            ("Obtain", "ClaimsFunctionGiven"),
            ("Refresh", "ClaimsAreAskedAtRefresh"),
        ] {
            let role = &template.resource(&format!("{name}FunctionRole"))["Properties"]["Policies"];
            assert!(role.to_string().contains(&asking(condition).to_string()), "{name}: {role}");
        }
    }
}

#[test]
fn sc_07_no_authorizer_writes() {
    for rights in BOTH.iter().map(rights) {
        for (action, _) in &rights["SessionAuthorizerFunction"] {
            assert!(READS.contains(&action.as_str()), "{action}");
        }
    }
}

#[test]
fn sc_07_only_the_rotation_writes_the_secret() {
    for (function, rights) in BOTH.iter().flat_map(rights) {
        let places: BTreeSet<&str> = rights.iter().map(|(_, place)| place.as_str()).collect();
        let acts = rights.iter().filter_map(|(action, _)| action.strip_prefix("secretsmanager:")).collect::<Vec<_>>();
        if function == "RotateFunction" {
            assert_eq!(places, BTreeSet::from([KEYS]));
            assert_eq!(acts, ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"]);
        } else {
            assert!(acts.iter().all(|act| *act == "GetSecretValue"), "{function}: {acts:?}");
        }
    }
}

#[test]
fn sc_07_one_function_sends_mails_from_one_address_and_writes_nothing_but_marks() {
    for template in BOTH.iter() {
        let all = rights(template);
        let senders: Vec<&str> = all
            .iter()
            .filter(|(_, rights)| rights.iter().any(|(_, place)| MAILS.contains(&place.as_str())))
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(senders, ["MailFunction"]);
        let writes = all["MailFunction"].iter().filter(|(action, _)| action.starts_with("dynamodb:"));
        let writes = writes.filter(|(action, _)| {
            !action.contains("Get") && !action.ends_with("Streams") && !action.ends_with("Stream")
        });
        let writes: Vec<&(String, String)> = writes.collect();
        assert_eq!(writes, [&("dynamodb:UpdateItem".to_owned(), "OutboxTable.Arn".to_owned())]);
        for (given, sender) in [("a@example.com", "a@example.com"), ("Example <a@b.example.com>", "a@b.example.com")] {
            let role = template.resource("MailFunctionRole").to_string();
            assert!(role.contains("ses:FromAddress"), "{role}");
            assert_eq!(address_of(given), sender);
        }
    }
}

/// What the condition makes of MailFrom: the text between the first two of `<` of `FROM<FROM>`, up to a `>`.
fn address_of(from: &str) -> String {
    let twice = format!("{from}<{from}>");
    twice.split('<').nth(1).unwrap().split('>').next().unwrap().to_owned()
}

#[test]
fn sc_07_only_logs_and_what_was_switched_on_are_attached() {
    let traced = ["template.yaml", "infra/http-api.yaml"].map(|path| Template::expanded(path, &["Tracing=Active"]));
    let plain = BOTH.iter().map(|template| (template, json!([LOGS])));
    for (template, attached) in plain.chain(traced.iter().map(|template| (template, json!([LOGS, TRACES])))) {
        for (name, role) in template.resources("AWS::IAM::Role") {
            assert_eq!(role["Properties"]["ManagedPolicyArns"], attached, "{name}");
        }
    }
}

#[test]
fn sc_07_nobody_calls_functions_but_an_api_and_the_secret_of_this_stack() {
    for (name, permission) in BOTH.iter().flat_map(|template| template.resources("AWS::Lambda::Permission")) {
        let given = &permission["Properties"];
        let source = given["SourceArn"].to_string();
        let of_the_stack = match given["Principal"].as_str().unwrap() {
            "apigateway.amazonaws.com" => source.contains(r#"{"Ref":"Api"}"#),
            "secretsmanager.amazonaws.com" => place(&given["SourceArn"]) == KEYS,
            _ => false,
        };
        assert!(of_the_stack, "{name}: {given}");
    }
    for (name, role) in BOTH.iter().flat_map(|template| template.resources("AWS::IAM::Role")) {
        let trusted = &role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"];
        assert_eq!(*trusted, json!({"Service": ["lambda.amazonaws.com"]}), "{name}");
    }
}

#[test]
fn both_apis_stand_before_the_same_functions() {
    let [rest, http] = BOTH.each_ref().map(rights);
    assert_eq!(rest, http);
    assert!(rest.len() > 12, "{rest:?}");
}

fn rights(template: &Template) -> Rights<'_> {
    let functions = template.resources("AWS::Lambda::Function");
    functions.map(|(name, function)| (name, rights_of(template, function))).collect()
}

fn rights_of(template: &Template, function: &Value) -> BTreeSet<(String, String)> {
    let role = &function["Properties"]["Role"]["Fn::GetAtt"][0];
    let policies = template.resource(role.as_str().unwrap())["Properties"]["Policies"].as_array();
    let statements = policies.into_iter().flatten().flat_map(|policy| list(&policy["PolicyDocument"]["Statement"]));
    let given = statements.flat_map(alternatives).filter(|statement| statement["Ref"] != "AWS::NoValue");
    let mut rights = BTreeSet::new();
    for statement in given {
        assert_eq!(statement["Effect"], "Allow");
        for resource in list(&statement["Resource"]).into_iter().flat_map(alternatives) {
            let actions = list(&statement["Action"]).into_iter().filter_map(Value::as_str);
            rights.extend(actions.map(|action| (action.to_owned(), place(resource))));
        }
    }
    rights
}

/// One or several, as IAM has it.
fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
}

/// What it is if a condition holds, and what if not.
fn alternatives(value: &Value) -> Vec<&Value> {
    value["Fn::If"].as_array().map_or_else(|| vec![value], |choice| choice.iter().skip(1).collect())
}

/// What a policy names, as the template says it.
fn place(resource: &Value) -> String {
    match (&resource["Fn::GetAtt"], &resource["Fn::Sub"]) {
        (Value::Array(names), _) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("."),
        (_, Value::String(text)) => text.clone(),
        _ => resource["Ref"].as_str().map_or_else(|| resource.to_string(), str::to_owned),
    }
}
