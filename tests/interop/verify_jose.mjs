// Verifies tokens with jose, which is told the issuer and the algorithm: a token a line, a word back.

import { createInterface } from "node:readline";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const [issuer, algorithm] = process.argv.slice(2);
const configuration = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const keys = createRemoteJWKSet(new URL(configuration.jwks_uri));

async function verdict(token) {
  try {
    await jwtVerify(token, keys, { issuer, algorithms: [algorithm] });
    return "good";
  } catch (refusal) {
    if (refusal instanceof errors.JWSSignatureVerificationFailed) return "signature";
    if (refusal instanceof errors.JWTExpired) return "expired";
    // It looks at the algorithm before it looks for the key.
    if (refusal instanceof errors.JOSEAlgNotAllowed || refusal instanceof errors.JWKSNoMatchingKey) return "unknown key";
    if (refusal instanceof errors.JWTClaimValidationFailed && refusal.claim === "iss") return "issuer";
    throw refusal;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(await verdict(line));
}
