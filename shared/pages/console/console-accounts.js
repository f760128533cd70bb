// Accounts (ACCOUNTS=djoser): sign up, confirm an address, choose a forgotten password anew. The links of mails lead here where
// ACTIVATION_URL is console#activate/{uid}/{token} and PASSWORD_RESET_CONFIRM_URL is console#reset/{uid}/{token}.

const FORMS = {
  "sign-up": {
    title: "Sign up",
    path: "/auth/users/",
    button: "Make the account",
    done: "The account is made. Where an address has to be confirmed first, a mail has the link.",
  },
  activate: {
    title: "Confirm your address",
    path: "/auth/users/activation/",
    button: "Confirm",
    done: "The address is confirmed. Sign in.",
  },
  forgot: {
    title: "Forgot your password?",
    path: "/auth/users/reset_password/",
    button: "Send a link",
    done: "If an account has this address, a mail with a link is on its way.",
  },
  reset: {
    title: "Choose a new password",
    path: "/auth/users/reset_password_confirm/",
    button: "Save the password",
    done: "The password is changed. Sign in.",
  },
};

const ME = "/auth/users/me/";

const isGood = ({ status }) => status >= 200 && status < 300;

/** Shows the form that the address names, now and whenever it changes. What it returns shows the profile of who has signed in. */
export async function open({ ask, page, make, onSubmit, sentence, opener, leave }) {
  let shown, link = {};
  page("account-links").hidden = false;
  page("account").addEventListener("submit", onSubmit(send));
  page("profile").addEventListener("submit", onSubmit(save));
  addEventListener("hashchange", turn);
  // Who types a name already keeps the focus.
  if (location.hash) await turn();
  // Who types fast has signed in already.
  if (page("door").hidden) await profile();
  return { profile };

  async function turn() {
    const [name, uid, token] = location.hash.slice(1).split("/");
    [shown, link] = [Object.hasOwn(FORMS, name) ? FORMS[name] : undefined, token ? { uid, token } : {}];
    if (shown && page("door").hidden) leave();
    page("account").hidden = !shown;
    page("sign-in").hidden = Boolean(shown);
    // What a link holds is good once, and nobody's who looks at the address later.
    if (token || !shown) history.replaceState(null, "", location.pathname);
    if (!shown) return page("name").focus();
    page("account-title").textContent = shown.title;
    page("account-button").textContent = shown.button;
    // Nothing can be sent until it is known what is asked for: what is said of it would be overwritten.
    page("account-button").hidden = true;
    page("account-said").textContent = "";
    page("account-fields").replaceChildren();
    const form = shown;
    const description = await ask("OPTIONS", form.path);
    if (shown !== form) return;
    const isOn = description.status === 200;
    page("account-button").hidden = !isOn;
    if (!isOn) page("account-said").textContent = "Accounts are off: the service has to be started with ACCOUNTS=djoser.";
    page("account-fields").replaceChildren(...asked(description).map(field("account")));
    (page("account-fields").querySelector("input") ?? page("account-button")).focus();
  }

  async function profile() {
    const [description, user] = await Promise.all(["OPTIONS", "GET"].map((method) => ask(method, ME, { token: opener() })));
    page("profile-part").hidden = user.status !== 200;
    page("profile-said").textContent = "";
    page("profile-fields").replaceChildren(...asked(description).map(field("profile")));
    for (const input of page("profile-fields").querySelectorAll("input")) input.value = user.body?.[input.name] ?? "";
  }

  async function save(form) {
    const answer = await ask("PATCH", ME, { body: typed(form), token: opener() });
    const rest = tell(form, answer);
    if (isGood(answer)) await profile();
    page("profile-said").textContent = isGood(answer) ? "Saved. Where a new address has to be confirmed first, a mail has the link." : rest;
  }

  /** The fields that the endpoint asks for, but those that the link brings along. */
  function asked({ body }) {
    const fields = Object.entries(body?.actions?.POST ?? body?.actions?.PUT ?? {});
    return fields.filter(([name, { read_only: isAnswer }]) => !isAnswer && !(name in link) && !["uid", "token"].includes(name));
  }

  async function send(form) {
    const answer = await ask("POST", shown.path, { body: { ...link, ...typed(form) } });
    const rest = tell(form, answer);
    page("account-said").textContent = isGood(answer) ? shown.done : rest;
    page("account-button").hidden = isGood(answer);
    if (isGood(answer)) page("account-fields").replaceChildren();
  }

  /** What was typed; a password that is not needed is left out. */
  function typed(form) {
    const inputs = [...form.querySelectorAll("input")].filter(({ type, value }) => type !== "password" || value);
    return Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  }

  /** Tells at each field what is wrong with it. What is wrong beside the fields is returned. */
  function tell(form, answer) {
    const faults = isGood(answer) ? {} : { ...answer.body };
    for (const input of form.querySelectorAll("input")) {
      input.setAttribute("aria-invalid", String(input.name in faults));
      page(`${input.id}-fault`).textContent = [faults[input.name] ?? []].flat().join(" ");
      delete faults[input.name];
    }
    const rest = Object.keys(faults).length || !answer.body;
    return !isGood(answer) && rest ? sentence({ ...answer, body: answer.body && faults }) : "";
  }

  function field(form) {
    return ([name, { label, type }]) => labelled(`${form}-${name}`, name, label, type);
  }

  function labelled(id, name, label, type) {
    const part = make("div", "", "field");
    const [caption, input, fault] = [make("label", label ?? name), make("input", ""), make("p", "", "fault")];
    input.id = caption.htmlFor = id;
    input.name = name;
    input.type = name.includes("password") ? "password" : type === "email" ? "email" : "text";
    input.autocomplete = { password: "new-password", new_password: "new-password", current_password: "current-password", email: "email", username: "username" }[name] ?? "off";
    fault.id = `${input.id}-fault`;
    input.setAttribute("aria-describedby", fault.id);
    part.append(caption, input, fault);
    return part;
  }
}
