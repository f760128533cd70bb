//! What a parameter switches reaches the stage of the REST API.

use crate::expanded::Template;
use std::{collections::BTreeSet, thread::sleep, time::Duration};

/// Parameters that add routes or change the authorizer, each with another value than its default.
const SWITCHES: [&str; 6] = [
    "Profile=hardened",
    "SessionCheck=true",
    "Legacy=drf-jwt",
    "Console=true",
    "SampleApi=true",
    "CheckRevokeToken=true",
];

/// SAM makes no new deployment where only a condition has changed, unless it is told to. The stage would then serve the
/// old routes, and call an authorizer that is gone.
#[test]
fn every_switch_makes_a_deployment_of_its_own() {
    let mut deployments = BTreeSet::new();
    for parameters in [&[][..]].into_iter().chain(SWITCHES.iter().map(std::slice::from_ref)) {
        let template = Template::expanded("template.yaml", parameters);
        let made: Vec<&str> = template.resources("AWS::ApiGateway::Deployment").map(|(name, _)| name).collect();
        let [deployment] = made[..] else { panic!("{made:?}") };
        assert_eq!(template.resource("ApiStage")["Properties"]["DeploymentId"]["Ref"], deployment);
        assert!(deployments.insert(deployment.to_owned()), "{parameters:?} change nothing on the stage");
        // SAM tells deployments apart by the second.
        sleep(Duration::from_millis(1_050));
    }
}

#[test]
fn an_http_api_deploys_what_has_changed_by_itself() {
    let template = Template::expanded("infra/http-api.yaml", &[]);
    assert_eq!(template.resource("ApiStage")["Properties"]["AutoDeploy"], true);
}

/// The authorizer that other stacks import, and that an API may call until it is deployed again, is there whatever is
/// switched.
#[test]
fn the_authorizer_of_others_is_always_there() {
    for path in ["template.yaml", "infra/http-api.yaml"] {
        let template = Template::expanded(path, &[]);
        assert!(template.resource("SessionAuthorizerFunction").get("Condition").is_none(), "{path}");
        assert_eq!(template.resource("AuthorizerFunction")["Condition"], "AuthorizerAsksNoStore");
    }
}
