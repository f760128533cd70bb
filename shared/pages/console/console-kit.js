// What the pages of the console have in common: how they ask, and how they say things.

/** Asks, and tells what was asked, what came back, and how long it took. */
export async function request(method, path, { body, headers: given } = {}) {
  const headers = { ...(body && { "Content-Type": "application/json" }), ...given };
  const began = performance.now();
  const answer = { method, path, headers, sent: body, status: 0, body: null };
  try {
    const response = await fetch(new URL(path.slice(1), document.baseURI), { method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" });
    const text = await response.text();
    answer.status = response.status;
    answer.challenge = response.headers.get("WWW-Authenticate");
    answer.body = text && JSON.parse(text);
  } catch {
    answer.note = "The service does not answer.";
  }
  answer.took = performance.now() - began;
  return answer;
}

/** What an answer says, in one sentence. */
export function sentence({ status, body, note }) {
  if (body?.detail) return `${body.detail}${/[.!]$/.test(body.detail) ? "" : "."}`;
  if (status === 200) return "With AUTH_COOKIE the tokens of a browser are in cookies, and no page can show them.";
  if (body) return Object.entries(body).map(([name, messages]) => `${name}: ${messages.join(" ")}`).join(" ");
  return note ?? `The service answered ${status}.`;
}

export function moment(time) {
  const then = new Date(time);
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString([], today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
}

export function make(tag, content, className = "") {
  const made = document.createElement(tag);
  made.textContent = content;
  made.className = className;
  return made;
}

export function onSubmit(act) {
  return (event) => {
    event.preventDefault();
    return busy(act)(event);
  };
}

/** One click is one act: the button rests until it is done. */
export function busy(act) {
  return async (event) => {
    const button = event.submitter ?? event.currentTarget;
    const subject = event.type === "submit" ? event.currentTarget : undefined;
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      await act(subject);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
}
