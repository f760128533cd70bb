// What local mode shows a superuser: the mails of the outbox, which nobody sends there, and the last events.

/** Fills the operator's part, and again at each press of its button. */
export async function open({ ask, page, make, busy, moment, opener }) {
  page("operator-part").hidden = false;
  page("operator-reload").addEventListener("click", busy(list));
  await list();

  async function list() {
    const [mails, events] = await Promise.all(
      ["mails", "events"].map((what) => ask("GET", `/operator/${what}`, { token: opener() })),
    );
    page("mails").replaceChildren(...items(mails, mailItem, "No mail was asked for."));
    page("events").replaceChildren(...items(events, eventItem, "Nothing has happened yet."));
  }

  function items(answer, item, otherwise) {
    if (answer.status !== 200) return [make("li", "The access token has to be refreshed first.", "when")];
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
}
