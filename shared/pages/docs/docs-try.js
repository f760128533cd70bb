// "Try it": sends what stands in the form, as any client would, and shows the answer and the command for curl. The access token lives
// in `held` and nowhere else; the answer of a login puts it there.

const held = { access: "", boxes: [] };

/** The form of an operation. */
export function form({ operationId, method, path, parameters, example, scheme }, { make, template }) {
  const drawn = template.content.firstElementChild.cloneNode(true);
  const part = (selector) => drawn.querySelector(selector);
  const values = parameters.map((parameter) => ({ ...parameter, input: added(parameter.name, make("input", ""), parameter.example) }));
  const access = scheme && added("access token", make("input", ""), held.access);
  const body = example !== undefined && added("body", make("textarea", ""), JSON.stringify(example, null, 2));
  if (access) held.boxes.push(access);
  if (body) body.rows = body.value.split("\n").length;
  drawn.addEventListener("toggle", tell);
  drawn.addEventListener("input", tell);
  part("form").addEventListener("submit", send);
  part(".copy").addEventListener("click", copy);
  return drawn;

  function added(name, input, value = "") {
    const field = make("div", "", "field");
    const label = make("label", `${name[0].toUpperCase()}${name.slice(1)}`);
    input.id = label.htmlFor = `${operationId}-${name.replaceAll(" ", "-")}`;
    input.value = value;
    input.autocomplete = "off";
    input.spellcheck = false;
    field.append(label, input);
    part(".values").append(field);
    return input;
  }

  function request() {
    const filled = values.filter(({ input }) => input.value);
    const inPath = filled.filter(({ in: place }) => place === "path");
    const target = inPath.reduce((at, { name, input }) => at.replace(`{${name}}`, encodeURIComponent(input.value)), path);
    const url = new URL(target.slice(1), document.baseURI);
    for (const { name, in: place, input } of filled) if (place === "query") url.searchParams.set(name, input.value);
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (access?.value) headers.Authorization = `${scheme} ${access.value.trim()}`;
    return { url, headers };
  }

  function tell() {
    const { url, headers } = request();
    const words = ["curl", ...(method === "get" ? [] : ["-X", method.toUpperCase()]), quoted(url.href)];
    for (const [name, value] of Object.entries(headers)) words.push("-H", quoted(`${name}: ${value}`));
    if (body) words.push("--data-raw", quoted(body.value));
    part(".curl").textContent = words.join(" ");
  }

  async function send(event) {
    event.preventDefault();
    const { url, headers } = request();
    const began = performance.now();
    try {
      const response = await fetch(url, { method: method.toUpperCase(), headers, body: body ? body.value : undefined, cache: "no-store", credentials: "omit" });
      show(response.status, await response.text(), performance.now() - began);
    } catch {
      show("–", "The service does not answer.", performance.now() - began);
    }
  }

  function show(status, text, took) {
    const answer = parsed(text);
    part(".status").textContent = status;
    part(".status").className = `status ${status >= 200 && status < 300 ? "good" : "bad"}`;
    part(".took").textContent = `${Math.max(1, Math.round(took))} ms`;
    part(".replied").textContent = answer === undefined ? text : JSON.stringify(answer, null, 2);
    part(".answer").hidden = false;
    const token = answer?.access ?? answer?.token;
    if (status >= 200 && status < 300 && typeof token === "string") keep(token);
  }

  async function copy() {
    await navigator.clipboard.writeText(part(".curl").textContent);
    part(".copy").textContent = "Copied";
    setTimeout(() => (part(".copy").textContent = "Copy"), 1500);
  }
}

/** Puts a new access token into every form that needs one. */
function keep(token) {
  held.access = token;
  for (const box of held.boxes) {
    box.value = token;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A word of a POSIX shell. */
function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
