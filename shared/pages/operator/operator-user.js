// One user, as operators see it: what is known, the sessions, the last events, and what can be done.

/** An element with these properties and attributes. */
export function build(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** The part of the page for one user, and the dialog that asks before what cannot be taken back. */
export function userPanel({ get, post, trouble, items, eventItem, changed, make, busy, onSubmit, moment, me, stack }) {
  let user, close, latest;
  const title = build("h3", { id: "user-title", tabIndex: -1 });
  const facts = build("dl", { className: "facts" });
  const said = build("div", { className: "said", id: "user-said", role: "status" });
  const acts = build("div", { className: "buttons" });
  const since = build("select", { id: "since" }, ...Object.entries({ "1h": "of the last hour", "1d": "of the last day", "7d": "of the last week" })
    .map(([value, textContent]) => build("option", { value, textContent })));
  since.addEventListener("change", () => showEvents());
  const period = build("div", { className: "field period", hidden: !stack }, build("label", { htmlFor: "since", textContent: "Events" }), since);
  const sessions = build("ul", { className: "sessions", id: "user-sessions", "aria-labelledby": "user-sessions-title" });
  const events = build("ul", { className: "sessions events", id: "user-events", tabIndex: 0, "aria-labelledby": "user-events-title" });
  const element = build("article", { className: "card user", id: "user", hidden: true, "aria-labelledby": "user-title" },
    build("div", { className: "bar" }, title, button("Close", () => hide())),
    facts, acts, said,
    build("h4", { id: "user-sessions-title", textContent: "Sessions" }), sessions,
    build("h4", { id: "user-events-title", textContent: "Last events" }), period, events);
  const question = confirmation({ make, onSubmit });
  return { element, dialog: question.element, show };

  async function show(id, whenClosed) {
    close = whenClosed;
    said.replaceChildren();
    if (!(await load(id))) return;
    title.focus();
  }

  function hide() {
    element.hidden = true;
    // A password that was shown once is not kept.
    said.replaceChildren();
    user = undefined;
    close?.();
  }

  /** Whoever is opened last is shown, whichever answer comes first. */
  async function load(id) {
    latest = id;
    const [shown, listed] = await Promise.all([get("users/show", { id }), get("sessions/list", { id })]);
    if (latest !== id) return false;
    element.hidden = false;
    if (shown.status !== 200) {
      title.textContent = "This user cannot be shown";
      for (const part of [facts, acts, sessions, events]) part.replaceChildren();
      tell(trouble(shown));
      return true;
    }
    user = shown.body;
    changed(user);
    title.textContent = user.username;
    facts.replaceChildren(...known(user));
    acts.replaceChildren(...possible(user));
    sessions.replaceChildren(...items(listed, sessionItem, "No active sessions."));
    // A log may take a while: nothing waits for it.
    showEvents();
    return true;
  }

  async function showEvents() {
    const { id } = user;
    events.replaceChildren(make("li", "Reading the events.", "when"));
    const answer = await get("events", { id, since: stack && since.value });
    if (user?.id === id) events.replaceChildren(...items(answer, ({ user_id: _, ...event }) => eventItem(event), "Nothing was recorded of this user."));
  }

  function known({ id, email, first_name: first, last_name: last, is_active: isActive, is_staff: isStaff, is_superuser: isSuperuser, groups, attributes, password, last_login: login, created_at: created }) {
    const rows = {
      Address: email, Name: `${first} ${last}`.trim(), State: isActive ? "active" : "disabled",
      Rights: [isStaff && "staff", isSuperuser && "superuser"].filter(Boolean).join(", "),
      Groups: groups.join(", "), Password: password, "Last login": login && moment(login), Created: moment(created), Id: id,
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])),
    };
    return Object.entries(rows).filter(([, value]) => value).flatMap(([name, value]) => [make("dt", name), make("dd", value)]);
  }

  function possible({ id, username, is_active: isActive }) {
    const self = username === me ? " This is you: you are signed out, too." : "";
    const ends = `All sessions of ${username} end.${self}`;
    const disable = button("Disable", () => sure(`Disable ${username}?`, `${username} cannot log in any more. ${ends}`, "Disable") .then((yes) => yes && act("users/disable", { id }, `${username} is disabled, and all sessions have ended.`)));
    const enable = button("Enable", () => act("users/enable", { id }, `${username} can log in again.`));
    return [
      isActive ? disable : enable,
      button("Reset password", async () => {
        const yes = await sure(`Reset the password of ${username}?`, `The old password is good no more. A new one is made and shown here once. ${ends}`, "Reset password");
        if (yes) await act("users/set-password", { id }, `The new password of ${username}, shown once:`);
      }),
      button("End all sessions", async () => {
        if (await sure(`End all sessions of ${username}?`, `${ends} Logging in again is possible.`, "End all sessions")) await act("sessions/end", { id }, `All sessions of ${username} have ended.`);
      }),
      button("Unlock", async () => {
        const ip = await question.asks(`Unlock ${username}?`, "Failed logins are forgotten. Those from one address are counted apart: name it, if it failed too often.", "Unlock", "Address (may be left out)");
        if (ip !== undefined) await act("users/unlock", { id, ip }, ip ? `${username} can log in again at once, also from ${ip}.` : `${username} can log in again at once, except from addresses that failed too often.`);
      }),
    ];
  }

  function sessionItem({ id, created_at: created, last_used_at: used, ip, user_agent: agent }) {
    const refreshed = used === created ? "" : `, refreshed ${moment(used)}`;
    const end = button("End", async () => {
      const yes = await sure("End this session?", `Its refresh token is good no more. The access token ends with it, or within its lifetime.`, "End the session");
      if (yes) await act("sessions/end", { id: user.id, session: id }, "The session has ended.");
    });
    end.setAttribute("aria-label", `End the session of ${moment(created)} from ${ip ?? "somewhere"}`);
    return build("li", {}, make("p", `${agent ?? "Something"} from ${ip ?? "somewhere"}`, "from"), make("p", `Signed in ${moment(created)}${refreshed}`, "when"), end);
  }

  function sure(what, meaning, yes) {
    return question.asks(what, meaning, yes).then((answer) => answer !== undefined);
  }

  /** Does it, shows the user as it is then, and says what came of it. */
  async function act(what, body, done) {
    const answer = await post(what, body);
    const isDone = answer.status === 200;
    const { generated_password: password, not_recorded: lost } = isDone ? answer.body : {};
    await load(user.id);
    tell(isDone ? done : trouble(answer), password, lost && `This is not recorded: ${lost}.`);
    title.focus();
  }

  function tell(text, password, warning) {
    said.replaceChildren(make("p", text));
    if (password) {
      const copy = button("Copy", async () => {
        await navigator.clipboard.writeText(password);
        copy.textContent = "Copied";
      });
      said.append(build("p", { className: "bar" }, build("code", { id: "new-password", textContent: password }), copy));
    }
    if (warning) said.append(make("p", warning, "fault"));
  }

  function button(text, act) {
    const made = build("button", { type: "button", className: "quiet", textContent: text });
    made.addEventListener("click", busy(act));
    return made;
  }
}

/** A dialog: its answer is what was typed, nothing where nothing is asked for, `undefined` where it was called off. */
function confirmation({ make, onSubmit }) {
  let answered;
  const [title, meaning] = [build("h3", { id: "sure-title" }), make("p", "", "hint")];
  const typed = build("input", { id: "sure-typed", autocomplete: "off", spellcheck: false });
  const label = build("label", { htmlFor: "sure-typed" });
  const field = build("div", { className: "field" }, label, typed);
  const yes = build("button", { type: "submit", className: "primary" });
  const no = build("button", { type: "button", textContent: "Cancel" });
  const form = build("form", { method: "post", noValidate: true }, title, meaning, field, build("div", { className: "buttons" }, no, yes));
  const element = build("dialog", { className: "card", id: "sure", "aria-labelledby": "sure-title" }, form);
  form.addEventListener("submit", onSubmit(async () => end(typed.value.trim())));
  no.addEventListener("click", () => end(undefined));
  element.addEventListener("cancel", () => answered(undefined));
  return { element, asks };

  function asks(what, means, act, asked = "") {
    [title.textContent, meaning.textContent, yes.textContent, label.textContent, typed.value] = [what, means, act, asked, ""];
    field.hidden = !asked;
    element.showModal();
    (asked ? typed : no).focus();
    return new Promise((resolve) => (answered = resolve));
  }

  function end(answer) {
    element.close();
    answered(answer);
  }
}
