//! How the function is reached: the action Invoke of Lambda's API, signed by the function's own role; or plain HTTP on this machine.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use crate::fault::Fault;
use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header::CONTENT_TYPE};
use settings::ClaimsFunction;
use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// The API's name, by which requests are signed.
const SERVICE: &str = "lambda";

/// As whom Lambda is asked, and where.
#[derive(Clone)]
pub struct Access {
    /// Another address than that of AWS, such as `http://127.0.0.1:4566`.
    pub endpoint_url: Option<String>,
    /// `AWS_ACCESS_KEY_ID`.
    pub key_id: String,
    /// Whose certificates are trusted, as PEM; `None`: whom the system trusts.
    pub roots: Option<&'static [u8]>,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: String,
    /// `AWS_SESSION_TOKEN`, which a role's keys have.
    pub session_token: Option<String>,
}

impl fmt::Debug for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Access").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// The request that hands an event to the function; `now` in Unix seconds.
pub(crate) fn request(
    function: &ClaimsFunction,
    access: Option<&Access>,
    event: &str,
    now: i64,
) -> Result<Request<Bytes>, Fault> {
    match (function, access) {
        (ClaimsFunction::Address(address), _) => unsigned(address, event),
        (ClaimsFunction::Lambda { arn, region }, Some(access)) => {
            let request = unsigned(&address(arn, region, access), event)?;
            signed(request, region, access, now)
        }
        (ClaimsFunction::Lambda { .. }, None) => Err(Fault::Invalid("there are no credentials to call Lambda")),
    }
}

/// What the function answered.
pub(crate) fn answer(response: Response<Bytes>) -> Result<String, Fault> {
    if response.status() != StatusCode::OK {
        return Err(Fault::Refused(response.status().as_u16()));
    }
    // Lambda answers 200 to an error of the function's own.
    if response.headers().contains_key("x-amz-function-error") {
        return Err(Fault::Failed);
    }
    String::from_utf8(response.into_body().into()).map_err(|_| Fault::Invalid("the answer is no text"))
}

/// Of an ARN, what a path cannot say is encoded. The domain is that of the ARN's partition.
fn address(arn: &str, region: &str, access: &Access) -> String {
    let domain = if arn.starts_with("arn:aws-cn:") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let amazon = || format!("https://{SERVICE}.{region}.{domain}");
    let base = access.endpoint_url.clone().unwrap_or_else(amazon);
    let name = arn.replace(':', "%3A").replace('$', "%24");
    format!("{}/2015-03-31/functions/{name}/invocations", base.trim_end_matches('/'))
}

fn unsigned(address: &str, event: &str) -> Result<Request<Bytes>, Fault> {
    let request = Request::post(address).header(CONTENT_TYPE, "application/json");
    let request = request.body(Bytes::copy_from_slice(event.as_bytes()));
    request.map_err(|_| Fault::Invalid("CLAIMS_FUNCTION is no address"))
}

fn signed(request: Request<Bytes>, region: &str, access: &Access, now: i64) -> Result<Request<Bytes>, Fault> {
    signed_or_why(request, region, access, now).map_err(|_| Fault::Invalid("the request cannot be signed"))
}

/// By AWS's Signature Version 4.
fn signed_or_why(
    mut request: Request<Bytes>,
    region: &str,
    access: &Access,
    now: i64,
) -> Result<Request<Bytes>, Box<dyn std::error::Error>> {
    let Access { key_id, secret_key, session_token, .. } = access;
    let identity = Credentials::new(key_id, secret_key, session_token.clone(), None, "environment").into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(SERVICE)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now)?))
        .settings(SigningSettings::default())
        .build()?
        .into();
    let (uri, body) = (request.uri().to_string(), request.body().clone());
    let signable = SignableRequest::new("POST", uri, std::iter::empty(), SignableBody::Bytes(&body))?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:claims:$LATEST";

    fn access() -> Access {
        let (key_id, secret_key) = ("AKIDEXAMPLE".to_owned(), "hush".to_owned());
        Access { endpoint_url: None, key_id, roots: None, secret_key, session_token: Some("session".to_owned()) }
    }

    fn lambda() -> ClaimsFunction {
        ClaimsFunction::Lambda { arn: ARN.to_owned(), region: "eu-central-1".to_owned() }
    }

    #[test]
    fn lambda_is_asked_under_the_whole_arn_and_by_the_role() {
        let request = request(&lambda(), Some(&access()), "{}", 1_700_000_000).unwrap();
        assert_eq!(
            request.uri(),
            "https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/\
             arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Aclaims%3A%24LATEST/invocations"
        );
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        let scope =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-central-1/lambda/aws4_request, SignedHeaders=host;";
        assert!(header("authorization").starts_with(scope), "{}", header("authorization"));
        assert_eq!((header("x-amz-date"), header("x-amz-security-token")), ("20231114T221320Z", "session"));
    }

    #[test]
    fn china_has_a_domain_of_its_own_and_an_endpoint_is_one_for_all() {
        let chinese = ARN.replace("arn:aws:", "arn:aws-cn:");
        assert!(address(&chinese, "cn-north-1", &access()).starts_with("https://lambda.cn-north-1.amazonaws.com.cn/"));
        let local = Access { endpoint_url: Some("http://127.0.0.1:4566/".to_owned()), ..access() };
        assert!(address(ARN, "eu-central-1", &local).starts_with("http://127.0.0.1:4566/2015-03-31/functions/arn%3A"));
    }

    #[test]
    fn nobody_is_asked_as_nobody() {
        assert!(request(&lambda(), None, "{}", 0).is_err());
    }

    #[test]
    fn an_error_of_the_functions_own_is_no_answer() {
        let told = |status: u16, fault: Option<&str>| {
            let response = Response::builder().status(status);
            let response =
                fault.into_iter().fold(response, |response, fault| response.header("X-Amz-Function-Error", fault));
            answer(response.body(Bytes::from_static(b"{}")).unwrap())
        };
        assert_eq!(told(200, None), Ok("{}".to_owned()));
        assert_eq!(told(200, Some("Unhandled")), Err(Fault::Failed));
        assert_eq!(told(403, None), Err(Fault::Refused(403)));
        assert!(told(429, None).unwrap_err().passes() && !told(404, None).unwrap_err().passes());
    }

    #[test]
    fn lg_01_debug_prints_no_secret_key() {
        assert!(!format!("{:?}", access()).contains("hush"));
    }
}
