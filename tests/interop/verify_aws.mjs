// Verifies tokens with aws-jwt-verify, which is told the issuer: a token a line, a word back. It fetches keys by https
// alone, so the test fetches them for it.

import { createInterface } from "node:readline";
import { JwtVerifier } from "aws-jwt-verify";
import {
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

const [issuer] = process.argv.slice(2);
const { jwks_uri: jwksUri } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const fetcher = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };
const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri }, { jwksCache: new SimpleJwksCache({ fetcher }) });

async function verdict(token) {
  try {
    await verifier.verify(token);
    return "good";
  } catch (refusal) {
    if (refusal instanceof JwtInvalidSignatureError) return "signature";
    if (refusal instanceof JwtExpiredError) return "expired";
    // It fetches the keys again for an unknown one, but not each time.
    if (refusal instanceof KidNotFoundInJwksError || refusal instanceof WaitPeriodNotYetEndedJwkError) return "unknown key";
    if (refusal instanceof JwtInvalidIssuerError) return "issuer";
    throw refusal;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(await verdict(line));
}
