// What operators see and do: users, the last events and, in local mode, the mails of the outbox, which nobody sends there.
// The paths are the commands of `latchkey`.

import { build, userPanel } from "./operator-user.js";

const ENTIRE = "Nobody has a name, an address or an id like this.";

/** Fills the operator's part. `kit.stack` names the stack that it is about; local mode has none. */
export async function open(kit) {
  const { ask, page, make, busy, onSubmit, moment, sentence, opener, renew, stack } = kit;
  const rows = new Map();
  let searches = 0;
  const tools = { ...kit, get, post, trouble, items, eventItem, changed };
  const panel = userPanel(tools);
  const word = build("input", { id: "find", name: "find", type: "search", autocomplete: "off", autocapitalize: "none", spellcheck: false });
  const users = build("ul", { className: "sessions", id: "users", "aria-labelledby": "users-title" });
  const found = build("p", { className: "hint", id: "found", role: "status" });
  const turns = build("div", { className: "buttons", id: "turns" });
  const form = build("form", { className: "find", id: "find-form", role: "search", method: "post", noValidate: true },
    build("div", { className: "field" }, build("label", { htmlFor: "find", textContent: "Name, address or id" }), word),
    build("button", { type: "submit", textContent: "Search" }));
  form.addEventListener("submit", onSubmit(() => search(1)));
  const [mails, events] = ["mails", "events"].map((id) => build("ul", { className: `sessions ${id}`, id, tabIndex: 0, "aria-labelledby": `${id}-title` }));

  page("operator-part").replaceChildren(
    bar(),
    make("p", stack ? "What is done here is done to the deployed service." : "What superusers see of this service on its own machine.", "hint"),
    build("h3", { id: "users-title", textContent: "Users" }), form, found, users, turns, panel.element,
    ...(stack ? [] : [build("h3", { id: "mails-title", textContent: "Mails" }), mails]),
    ...(stack ? [] : [build("h3", { id: "events-title", textContent: "Last events" }), events]),
    panel.dialog,
  );
  page("operator-part").hidden = false;
  if (stack) found.textContent = "A whole name, address or id is found at once. A part of one, or nothing, reads every user, which takes a while.";
  else await reload();

  function bar() {
    const again = build("button", { type: "button", className: "quiet", id: "operator-reload", textContent: "Reload" });
    again.addEventListener("click", busy(reload));
    again.hidden = Boolean(stack);
    return build("div", { className: "bar" }, build("h2", { id: "operator-title", textContent: "Operator" }), again);
  }

  async function reload() {
    const [mailed, happened] = await Promise.all([get("mails"), get("events"), search(1)]);
    mails.replaceChildren(...items(mailed, mailItem, "No mail was asked for."));
    events.replaceChildren(...items(happened, eventItem, "Nothing has happened yet."));
  }

  // ---- Users

  /** A whole name is cheap to look up; in a large service a part of one is not. The last search is shown, whichever answer comes first. */
  async function search(number, isPart = false) {
    const [text, mine] = [word.value.trim(), ++searches];
    const one = stack && text && !isPart ? await get("users/show", { user: text }) : {};
    if (mine !== searches) return;
    if (one.status === 200) {
      list({ users: [one.body], others: 0, page: 1 });
      return turns.replaceChildren(turn("Search for it as a part, too", () => search(1, true)));
    }
    const answer = await get("users/list", { search: text, page: number });
    if (mine !== searches) return;
    if (answer.status === 200) return list(answer.body, text);
    users.replaceChildren();
    turns.replaceChildren();
    found.textContent = trouble(answer);
  }

  function list({ users: some, others, page: number }, text) {
    rows.clear();
    for (const user of some) rows.set(user.id, userItem(user));
    users.replaceChildren(...rows.values());
    found.textContent = some.length ? "" : text ? ENTIRE : "There are no users yet.";
    turns.replaceChildren(
      ...(number > 1 ? [turn("Back", () => search(number - 1, true))] : []),
      ...(others ? [turn(`${others} more`, () => search(number + 1, true))] : []),
    );
  }

  function turn(text, act) {
    const button = build("button", { type: "button", className: "quiet", textContent: text });
    button.addEventListener("click", busy(act));
    return button;
  }

  function userItem(user) {
    const item = build("li", {}, make("p", user.username, "from"), make("p", described(user), "when"));
    const show = build("button", { type: "button", className: "quiet", textContent: "Open", "aria-label": `Open ${user.username}` });
    show.addEventListener("click", busy(() => panel.show(user.id, () => rows.get(user.id)?.querySelector("button").focus())));
    item.append(show);
    return item;
  }

  /** The row of a user who is not as before. */
  function changed(user) {
    const item = userItem(user);
    rows.get(user.id)?.replaceWith(item);
    if (rows.has(user.id)) rows.set(user.id, item);
  }

  function described({ email, is_active: isActive, is_staff: isStaff, is_superuser: isSuperuser }) {
    return [email, isActive ? "active" : "disabled", isStaff && "staff", isSuperuser && "superuser"].filter(Boolean).join(" · ");
  }

  // ---- Mails and events

  function items(answer, item, otherwise) {
    if (answer.status !== 200) return [make("li", trouble(answer), "when")];
    return answer.body.length ? answer.body.map(item) : [make("li", otherwise, "when")];
  }

  function mailItem({ kind, created_at: createdAt, state, asked_for: askedFor, messages }) {
    const item = document.createElement("li");
    item.append(make("p", `${kind} for ${askedFor}`, "from"), make("p", `${moment(createdAt * 1000)}, ${state}`, "when"));
    if (!messages.length) item.append(make("p", "Nobody gets it: no account has this address, or none that may use it.", "hint"));
    for (const message of messages) item.append(opened(message));
    return item;
  }

  function opened({ to, subject, text }) {
    const shown = document.createElement("details");
    shown.append(make("summary", `${subject} → ${to}`), make("pre", text));
    const [address] = text.match(/https?:\/\/\S+/) ?? [];
    if (address) {
      const link = make("a", "Open the link");
      link.href = address;
      // Who is signed in here stays so.
      link.target = "_blank";
      shown.append(link);
    }
    return shown;
  }

  function eventItem({ at, timestamp, event, level, target, ...fields }) {
    const item = document.createElement("li");
    const said = Object.entries(fields).filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`);
    item.append(make("p", event ?? target ?? "", "from"), make("p", `${moment((at ?? timestamp) * 1000)} ${level ?? ""} ${said.join(" ")}`, "when"));
    return item;
  }

  // ---- Asking

  function get(what, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value);
    return asked("GET", `/operator/${what}${given.length ? `?${new URLSearchParams(given)}` : ""}`);
  }

  function post(what, body) {
    return asked("POST", `/operator/${what}`, body);
  }

  /** An access token may have expired since the last act. */
  async function asked(method, path, body) {
    const answer = await ask(method, path, { body, token: opener() });
    return answer.status === 401 && (await renew?.()) ? ask(method, path, { body, token: opener() }) : answer;
  }

  /** What went wrong, and what to do next. */
  function trouble(answer) {
    if (answer.status === 401) return kit.refused;
    return answer.status ? sentence(answer) : kit.gone;
  }
}
