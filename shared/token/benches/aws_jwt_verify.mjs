// What aws-jwt-verify takes to verify, in µs: cases on standard input, figures on standard output, both JSON. It knows no
// secrets and no PS256. MODULES is the folder with its node_modules.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { JwtVerifier } = createRequire(process.env.MODULES)("aws-jwt-verify");

function measured(act) {
  const once = () => {
    const begun = performance.now();
    let calls = 0;
    for (; performance.now() - begun < 100; calls += 1) act();
    return ((performance.now() - begun) * 1e3) / calls;
  };
  return Math.min(...Array.from({ length: 7 }, once));
}

const figures = {};
for (const { alg, token, jwks, issuer } of JSON.parse(readFileSync(0))) {
  if (alg.startsWith("HS") || alg.startsWith("PS")) continue;
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri: `${issuer}/jwks.json` });
  verifier.cacheJwks(jwks);
  figures[alg] = { verify: measured(() => verifier.verifySync(token)) };
}
console.log(JSON.stringify(figures));
