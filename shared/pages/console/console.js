// The console: it asks the service that serves it, as any client would, and shows what was asked and answered.
// Tokens live in `held` and nowhere else: no storage, no cookie, no address.

import { busy, make, moment, onSubmit, request, sentence } from "./console-kit.js";

const held = { tokens: {}, user: null };
const service = { scheme: "Bearer", nameField: "username", paths: {} };
const page = (id) => document.getElementById(id);
let accounts;

await learn();
page("place").textContent = location.host;
const isLocal = ["127.0.0.1", "[::1]", "localhost"].includes(location.hostname);
page("first-user").hidden = !isLocal;
page("sign-in").addEventListener("submit", onSubmit(signIn));
page("change").addEventListener("submit", onSubmit(changePassword));
const clicks = { "sign-out": signOut, hello, refresh, verify, tamper, "end-others": endOthers, "end-all": endAll };
for (const [id, act] of Object.entries(clicks)) page(id).addEventListener("click", busy(act));
setInterval(tick, 1000);
page("name").focus();
const kit = { ask, page, make, onSubmit, sentence, busy, moment, opener, leave };
if (isLocal || service.paths["/auth/users/"]) accounts = await (await import("./console-accounts.js")).open(kit);

// ---- What the buttons do

async function signIn(form) {
  const body = { [service.nameField]: form.name.value, password: form.password.value };
  const answer = await ask("POST", "/api/token/", { body });
  const given = answer.status === 200 && Boolean(answer.body.access ?? answer.body.token);
  page("sign-in-fault").textContent = given ? "" : sentence(answer);
  if (!given) return form.password.select();
  form.reset();
  hold(answer.body);
  await enter();
}

async function signOut() {
  if (held.tokens.refresh) await ask("POST", "/api/token/blacklist/", { body: { refresh: held.tokens.refresh } });
  else await ask("DELETE", `/api/sessions/${sessionOf(opener())}/`, { token: opener() });
  leave();
}

async function hello() {
  show(await ask("GET", "/api/hello/", { token: opener() }));
}

async function refresh() {
  const { sliding } = held.tokens;
  const body = sliding ? { token: sliding } : { refresh: held.tokens.refresh };
  const answer = await ask("POST", "/api/token/refresh/", { body });
  if (answer.status === 200) {
    answer.note = answer.body.refresh ? "A new pair: the refresh token that was sent is spent." : "A new token is in its place.";
    hold(answer.body);
    showTokens();
    await listSessions();
  }
  show(answer);
}

/** A new access token, and whether there is one. */
async function renew() {
  const answer = held.tokens.refresh ? await ask("POST", "/api/token/refresh/", { body: { refresh: held.tokens.refresh } }) : {};
  if (answer.status !== 200) return false;
  hold(answer.body);
  showTokens();
  return true;
}

async function verify() {
  for (const token of Object.values(held.tokens)) {
    const answer = await ask("POST", "/api/token/verify/", { body: { token } });
    const name = kindOf(token);
    answer.note = answer.status === 200 ? `The ${name} token is good.` : `The ${name} token is refused.`;
    show(answer);
  }
}

async function tamper() {
  const answer = await ask("GET", "/api/hello/", { token: tampered(opener()) });
  answer.note = "Its exp claim was moved by a year; the signature is still that of the original claims.";
  show(answer);
}

async function endOthers() {
  show(await ask("DELETE", "/api/sessions/", { token: opener() }));
  await listSessions();
}

async function endAll() {
  show(await ask("DELETE", "/api/sessions/?all=true", { token: opener() }));
  leave();
}

async function endSession(id) {
  show(await ask("DELETE", `/api/sessions/${id}/`, { token: opener() }));
  if (id === sessionOf(opener())) return leave();
  await listSessions();
  page("sessions-title").parentElement.querySelector("button").focus();
}

async function changePassword(form) {
  const body = { old_password: form.old_password.value, new_password: form.new_password.value };
  const answer = await ask("POST", "/api/user/password/", { body, token: opener() });
  fault("old", answer.body?.old_password);
  fault("new", answer.body?.new_password);
  show(answer);
  if (answer.status !== 200) return;
  form.reset();
  await listSessions();
}

// ---- Asking

/** Asks with the token in the words that the service wants. */
async function ask(method, path, { body, token } = {}) {
  const answer = await request(method, path, { body, headers: token && { Authorization: `${service.scheme} ${token}` } });
  return token && isOtherScheme(answer) ? ask(method, path, { body, token }) : answer;
}

/** Whether the service wants another word before the token (AUTH_HEADER_TYPES) than it got; from then on it gets that. */
function isOtherScheme({ challenge }) {
  const asked = challenge?.split(" ")[0] ?? service.scheme;
  const other = asked !== service.scheme;
  service.scheme = asked;
  return other;
}

/** What this service is like: the paths it has, and what a user is called. */
async function learn() {
  const [description, form] = await Promise.all([ask("GET", "/openapi.json"), ask("OPTIONS", "/api/token/")]);
  service.paths = description.body?.paths ?? {};
  const [field] = Object.entries(form.body?.actions?.POST ?? {});
  if (field) [service.nameField, page("name-label").textContent] = [field[0], field[1].label];
}

// ---- Coming and going

async function enter() {
  page("door").hidden = true;
  page("room").hidden = false;
  showTokens();
  await showUser();
  // Before what takes longer: who types already keeps the focus.
  page("room-title").focus();
  await listSessions();
  page("password-part").hidden = !service.paths["/api/user/password/"];
  await accounts?.profile();
  await operate();
}

function leave() {
  held.tokens = {};
  held.user = null;
  page("said").replaceChildren(make("p", "What it answers stands here.", "hint"));
  for (const id of ["log", "tokens", "sessions", "operator-part"]) page(id).replaceChildren();
  page("log-title").hidden = true;
  page("change").reset();
  page("room").hidden = true;
  page("door").hidden = false;
  page("name").focus();
}

function hold(answer) {
  const { access, refresh, token } = answer;
  held.tokens = token ? { sliding: token } : { access, refresh: refresh ?? held.tokens.refresh };
}

/** The token that opens guarded routes. */
function opener() {
  return held.tokens.access ?? held.tokens.sliding;
}

async function showUser() {
  const answer = await ask("GET", "/api/user/", { token: opener() });
  const { username, email, is_staff: isStaff, is_superuser: isSuperuser } = answer.status === 200 ? answer.body : {};
  page("room-title").textContent = username ? `Signed in as ${username}` : "Signed in";
  page("change-name").value = username ?? "";
  page("who").textContent = [email, isStaff && "staff"].filter(Boolean).join(" · ");
  page("operator-part").hidden = true;
  held.user = { username, isSuperuser };
}

/** What only superusers see, on the service's own machine. */
async function operate() {
  if (!isLocal || !held.user?.isSuperuser) return;
  const operator = await import("./operator-page.js");
  await operator.open({ ...kit, me: held.user.username, renew, refused: "Sign out, and sign in again.", gone: "The service does not answer. Start it again." });
}

// ---- Tokens

function showTokens() {
  page("tokens").replaceChildren(...Object.entries(held.tokens).map(([name, token]) => card(name, token)));
  tick();
}

function card(name, token) {
  const { header, claims } = decoded(token);
  const card = page("token-card").content.firstElementChild.cloneNode(true);
  const part = (selector) => card.querySelector(selector);
  part("h3").textContent = `${name[0].toUpperCase()}${name.slice(1)} token`;
  card.dataset.from = claims.iat ?? 0;
  card.dataset.until = claims.exp ?? 0;
  part(".claims").append(...rows("Header", header), ...rows("Claims", claims));
  [".raw .head", ".raw .body", ".raw .seal"].forEach((selector, at) => (part(selector).textContent = token.split(".")[at]));
  part(".copy").setAttribute("aria-label", `Copy the ${name} token`);
  part(".copy").addEventListener("click", (event) => copy(event.currentTarget, token));
  return card;
}

function rows(title, members) {
  const entries = Object.entries(members).flatMap(([name, value]) => {
    const said = make("dd", "");
    said.append(...broken(name, typeof value === "string" ? value : JSON.stringify(value)));
    const meant = meaning(name, value);
    if (meant) said.append(make("small", meant));
    return [make("dt", name), said];
  });
  return [make("dt", title, "part"), ...entries];
}

/** Thirty-two digits break in the middle; of a token's id the first half is the session's. */
function broken(name, value) {
  if (!/^[0-9a-f]{32}$/.test(value)) return [value];
  const half = value.slice(0, 16);
  return [name === "jti" ? make("b", half) : half, document.createElement("wbr"), value.slice(16)];
}

function meaning(name, value) {
  if (["exp", "iat", "nbf", "refresh_exp"].includes(name)) return moment(value * 1000);
  if (name === "jti") return "its own id; the first half names the session";
  return "";
}

function tick() {
  const now = Date.now() / 1000;
  for (const card of page("tokens").children) {
    const { from, until } = card.dataset;
    const left = Math.max(0, Math.ceil(until - now));
    card.classList.toggle("over", left === 0);
    card.querySelector(".count").textContent = left ? clock(left) : "Expired";
    card.querySelector(".unit").textContent = left ? "left" : "";
    card.querySelector("progress").value = left / Math.max(1, until - from);
  }
}

/** Seconds as 4:05 or 23:59:58. */
function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function decoded(token) {
  const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(text(part)));
  return { header, claims };
}

function text(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.codePointAt(0));
  return new TextDecoder().decode(bytes);
}

/** The token with a year more to live, and the signature of the true one. */
function tampered(token) {
  const [header, , signature] = token.split(".");
  const { claims } = decoded(token);
  claims.exp += 365 * 24 * 3600;
  const body = btoa(String.fromCodePoint(...new TextEncoder().encode(JSON.stringify(claims))));
  return [header, body.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""), signature].join(".");
}

function kindOf(token) {
  return Object.entries(held.tokens).find(([, known]) => known === token)?.[0] ?? "";
}

/** The session is in the id of each of its tokens. */
function sessionOf(token) {
  return decoded(token).claims.jti?.slice(0, 16);
}

async function copy(button, token) {
  await navigator.clipboard.writeText(token);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

// ---- Sessions

async function listSessions() {
  const known = Boolean(service.paths["/api/sessions/"]);
  const answer = known ? await ask("GET", "/api/sessions/", { token: opener() }) : {};
  const listed = answer.status === 200;
  page("sessions-part").hidden = !known;
  page("sessions").replaceChildren(...(listed ? answer.body.map(sessionItem) : [make("li", "The access token has to be refreshed first.", "when")]));
}

function sessionItem(session) {
  const item = document.createElement("li");
  const from = make("p", `${client(session.user_agent)} from ${session.ip ?? "somewhere"}`, "from");
  from.title = session.user_agent ?? "";
  const refreshed = session.last_used_at !== session.created_at ? `, refreshed ${moment(session.last_used_at)}` : "";
  item.append(from, make("p", `Signed in ${moment(session.created_at)}${refreshed}`, "when"));
  if (session.current) {
    item.append(make("span", "This one", "here"));
  } else {
    const end = make("button", "Sign out", "quiet");
    end.type = "button";
    end.setAttribute("aria-label", `Sign out ${from.textContent}`);
    end.addEventListener("click", busy(() => endSession(session.id)));
    item.append(end);
  }
  return item;
}

/** A User-Agent in words a person knows. */
function client(agent) {
  const names = { Edg: "Edge", OPR: "Opera", Firefox: "Firefox", Chrome: "Chrome", Safari: "Safari" };
  const name = Object.keys(names).find((known) => agent?.includes(`${known}/`));
  const system = agent?.match(/Windows|iPhone|iPad|Android|Mac OS X|Linux/)?.[0].replace("Mac OS X", "macOS");
  return name ? [names[name], system].filter(Boolean).join(" on ") : (agent?.split(" ")[0] ?? "Something");
}

// ---- Answers

/** Puts an answer where it is seen and read out; the one before moves to the list. */
function show(answer) {
  const before = page("said").querySelector(".answer");
  if (before) {
    const item = document.createElement("li");
    item.append(before);
    page("log").prepend(item);
    page("log-title").hidden = false;
  }
  while (page("log").children.length > 20) page("log").lastElementChild.remove();
  page("said").replaceChildren(rendered(answer));
}

function rendered(answer) {
  const shown = page("answer").content.firstElementChild.cloneNode(true);
  const part = (selector) => shown.querySelector(selector);
  const good = answer.status >= 200 && answer.status < 300;
  part(".status").textContent = answer.status || "–";
  part(".status").classList.add(good ? "good" : "bad");
  part(".asked").textContent = `${answer.method} ${answer.path}`;
  part(".took").textContent = `${Math.max(1, Math.round(answer.took))} ms`;
  part(".note").textContent = answer.note ?? "";
  part(".replied").textContent = answer.body ? written(answer.body) : "";
  part(".sent").textContent = sent(answer);
  return shown;
}

/** The request as it went over the wire, but for passwords. */
function sent({ method, path, headers, sent: body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const hide = (name, value) => (name.includes("password") ? "••••••••" : value);
  return [`${method} ${path}`, ...lines, ...(body ? ["", JSON.stringify(body, hide, 2)] : [])].join("\n");
}

/** JSON with tokens cut short: they stand in full beside it. */
function written(body) {
  return JSON.stringify(body, (_, value) => (/^eyJ.{60}/.test(value) ? `${value.slice(0, 24)}…${value.slice(-8)}` : value), 2);
}

function fault(id, messages) {
  page(`${id}-fault`).textContent = messages?.join(" ") ?? "";
  page(id).setAttribute("aria-invalid", String(Boolean(messages)));
}
