//! Who is asked for further claims: a Lambda function of the team's own, or what stands for it on one's machine.

use crate::values::text;

/// Who is asked for further claims (`CLAIMS_FUNCTION`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimsFunction {
    /// A program on this machine, by its address: for local mode alone.
    Address(String),
    /// A Lambda function, by its ARN, which may end in a version or an alias.
    Lambda {
        /// The whole ARN.
        arn: String,
        /// Its region.
        region: String,
    },
}

/// Reads an ARN, `arn:aws:lambda:REGION:ACCOUNT:function:NAME` with or without a qualifier, or an address of this machine.
pub(crate) fn function(text: &str) -> Option<ClaimsFunction> {
    if text.starts_with("http://") {
        return text::key_address(text)?.map(ClaimsFunction::Address);
    }
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, "lambda", region, account, "function", name, qualifier @ ..] = parts.as_slice() else {
        return None;
    };
    let is_name = |name: &&str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_$".contains(letter))
    };
    let is_known = ["aws", "aws-cn", "aws-us-gov"].contains(partition)
        && [region, account, name].into_iter().chain(qualifier).all(is_name)
        && qualifier.len() <= 1;
    is_known.then(|| ClaimsFunction::Lambda { arn: text.to_owned(), region: (*region).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:claims";

    #[test]
    fn an_arn_may_name_a_version_or_an_alias() {
        for arn in [ARN.to_owned(), format!("{ARN}:7"), format!("{ARN}:live"), format!("{ARN}:$LATEST")] {
            let read = ClaimsFunction::Lambda { arn: arn.clone(), region: "eu-central-1".to_owned() };
            assert_eq!(function(&arn), Some(read), "{arn}");
        }
    }

    #[test]
    fn what_names_no_one_function_is_refused() {
        for text in [
            "claims",
            "arn:aws:lambda:eu-central-1:123456789012:function:",
            "arn:aws:lambda:eu-central-1:123456789012:function:*",
            "arn:aws:lambda:eu-central-1:123456789012:function:claims:live:7",
            "arn:aws:lambda:eu-central-1:123456789012:layer:claims",
            "arn:aws:s3:::bucket",
            "arn:aws:lambda:evil.example/:123456789012:function:claims",
            "arn:elsewhere:lambda:eu-central-1:123456789012:function:claims",
        ] {
            assert_eq!(function(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_is_one_of_this_machine() {
        let address = "http://127.0.0.1:9000/claims";
        assert_eq!(function(address), Some(ClaimsFunction::Address(address.to_owned())));
        for text in
            ["http://claims.example/", "https://127.0.0.1/", "http://10.0.0.1/", "http://127.0.0.1@evil.example/"]
        {
            assert_eq!(function(text), None, "{text}");
        }
    }
}
