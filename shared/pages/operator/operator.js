// The operator's page of a service elsewhere. `latchkey console` serves it on this machine, and prints its address with a secret, which
// stays in the memory of this page: no storage, no cookie, and no longer in the address.

import { busy, make, moment, onSubmit, request, sentence } from "./console-kit.js";
import { open } from "./operator-page.js";

const AGAIN = "Open the address that latchkey console printed. It is good until that command ends; then run it again.";

const page = (id) => document.getElementById(id);
const secret = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const ask = (method, path, { body, token } = {}) => request(method, path, { body, headers: { Authorization: `Bearer ${token}` } });
const place = await ask("GET", "/operator/place", { token: secret });
if (place.status === 200) {
  const { stack, region } = place.body;
  page("title").textContent = stack ?? "A local folder";
  page("place").textContent = region ?? "";
  document.title = `${stack ?? "Local folder"} · Latchkey operator`;
  await open({ ask, page, make, busy, onSubmit, moment, sentence, opener: () => secret, stack, refused: AGAIN, gone: AGAIN });
} else {
  page("trouble").textContent = AGAIN;
}
