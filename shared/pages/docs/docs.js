// The description of the API, drawn from openapi.json. Text becomes text and never markup.

import { form } from "./docs-try.js";

const page = (id) => document.getElementById(id);
const METHODS = ["get", "post", "put", "patch", "delete"];

try {
  const api = await (await fetch(new URL("openapi.json", document.baseURI), { credentials: "omit" })).json();
  page("intro").append(make("h1", `${api.info.title} API`), ...paragraphs(`${api.info.summary}\n\n${api.info.description}`));
  for (const tag of api.tags) draw(tag, operations(api, tag.name), api);
  drawFailures(api);
  // The browser looked for the place before it was there.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
} catch {
  page("fault").textContent = "The description cannot be read. Is the service there?";
}

function operations(api, tag) {
  const all = Object.entries(api.paths).flatMap(([path, does]) => METHODS.filter((method) => does[method]).map((method) => ({ path, method, ...does[method] })));
  return all.filter((operation) => operation.tags.includes(tag));
}

function draw(tag, all, api) {
  const group = make("section", "", "group");
  const title = make("h2", titled(tag.name));
  title.id = `tag-${tag.name.replaceAll(" ", "-")}`;
  group.setAttribute("aria-labelledby", title.id);
  group.append(title, ...paragraphs(tag.description, "hint"), ...all.map((operation) => article(operation, api)));
  page("operations").append(group);
  page("index").append(make("h2", titled(tag.name)), ...all.map(entry));
}

function entry({ operationId, method, summary }) {
  const link = make("a", "");
  link.href = `#${operationId}`;
  link.append(verb(method), make("span", summary));
  return link;
}

function article(operation, api) {
  const drawn = page("operation").content.firstElementChild.cloneNode(true);
  const part = (selector) => drawn.querySelector(selector);
  drawn.id = operation.operationId;
  part(".verb").replaceWith(verb(operation.method));
  part(".path").textContent = operation.path;
  part(".summary").textContent = operation.summary;
  part(".told").append(...paragraphs(operation.description ?? ""));
  const scheme = schemeOf(operation, api);
  part(".guard").textContent = scheme ? `With an access token: Authorization: ${scheme} …` : "";
  part(".asks-for").append(...parameters(operation, api), ...body(operation, api));
  part(".answers").append(make("h4", "Answers"), answers(operation, api), ...samples(operation, api));
  drawn.append(trial(operation, api));
  return drawn;
}

/** The word before the token, where the operation needs one. */
function schemeOf({ security = [] }, api) {
  const [name] = security.flatMap((way) => Object.keys(way));
  return name && api.components.securitySchemes[name].scheme.replace("bearer", "Bearer");
}

/** Where the operation can be tried. */
function trial(operation, api) {
  const { operationId, method, path, parameters = [], requestBody } = operation;
  const content = resolved(api, requestBody)?.content?.["application/json"];
  const known = parameters.map((parameter) => resolved(api, parameter));
  const tried = { operationId, method, path, parameters: known, example: content?.example, scheme: schemeOf(operation, api) };
  return form(tried, { make, template: page("trial") });
}

function parameters({ parameters = [] }, api) {
  const known = parameters.map((parameter) => resolved(api, parameter));
  const rows = known.map(({ name, in: place, required, schema, description }) => [
    [make("code", name), ...must(required)],
    [make("span", `${type(api, schema)}, in the ${place}`)],
    spans(description ?? ""),
  ]);
  return rows.length ? [make("h4", "Parameters"), table(["Name", "Type", "Meaning"], rows)] : [];
}

function body({ requestBody }, api) {
  const content = resolved(api, requestBody)?.content?.["application/json"];
  if (!content) return [];
  const others = Object.keys(requestBody.content).slice(1).map((media) => media.split("/")[1].replace("x-www-form-urlencoded", "form").replace("form-data", "multipart"));
  return [make("h4", "Body"), fields(api, content.schema), sample(`JSON${others.length ? `; ${others.join(" and ")} are taken, too` : ""}`, content.example)];
}

/** The members of an object: name, type, what they mean. */
function fields(api, schema) {
  const { properties = {}, required = [] } = resolved(api, schema);
  const rows = Object.entries(properties).map(([name, member]) => [
    [make("code", name), ...must(required.includes(name))],
    [make("span", type(api, member))],
    spans(resolved(api, member).description ?? ""),
  ]);
  return rows.length ? table(["Field", "Type", "Meaning"], rows) : make("p", "No fields.", "hint");
}

function answers({ responses }, api) {
  const rows = Object.entries(responses).map(([status, response]) => {
    const code = make("span", status, `status ${status < "400" ? "good" : "bad"}`);
    return [[code], spans(resolved(api, response).description)];
  });
  return table(["Status", "Meaning"], rows);
}

/** What a good answer looks like. Failures look alike everywhere, and stand at the end. */
function samples({ responses }, api) {
  return Object.entries(responses).flatMap(([status, response]) => {
    const { example } = resolved(api, response).content?.["application/json"] ?? {};
    return status < "400" && example !== undefined ? [sample(status, example)] : [];
  });
}

function drawFailures(api) {
  const group = make("section", "", "group");
  const title = make("h2", "Failures");
  title.id = "failures";
  group.setAttribute("aria-labelledby", title.id);
  group.append(title, ...paragraphs("Every failure is JSON. Programs look at `code`, people at `detail`.", "hint"));
  for (const [name, { description, content }] of Object.entries(api.components.responses)) {
    const shown = Object.values(content["application/json"].examples ?? {});
    const article = make("article", "", "operation");
    const line = make("h3", name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " "));
    article.append(line, ...paragraphs(description, "hint"), ...shown.map(({ summary, value }) => sample(summary ?? "", value)));
    group.append(article);
  }
  page("operations").append(group);
  const link = make("a", "Failures");
  link.href = "#failures";
  page("index").append(make("h2", "For all"), link);
}

function sample(title, value) {
  const drawn = page("sample").content.firstElementChild.cloneNode(true);
  drawn.querySelector("figcaption").textContent = title;
  drawn.querySelector("pre").textContent = JSON.stringify(value, shortened, 2);
  return drawn;
}

/** Tokens are cut short: they say nothing here. */
function shortened(_, value) {
  return /^eyJ.{40}/.test(value) ? `${value.slice(0, 20)}…` : value;
}

function type(api, schema) {
  const { type: kind, items, format, anyOf } = resolved(api, schema);
  if (anyOf) return anyOf.map((one) => type(api, one)).join(" or ");
  if (kind === "array") return `list of ${items ? type(api, items) : "anything"}`;
  return [[kind].flat().join(" or ") || "anything", format && `(${format})`].filter(Boolean).join(" ");
}

function resolved(api, node) {
  const reference = node?.$ref;
  return reference ? resolved(api, reference.slice(2).split("/").reduce((at, name) => at[name], api)) : (node ?? {});
}

// ---- Drawing

function table(titles, rows) {
  const drawn = document.createElement("table");
  const head = drawn.createTHead().insertRow();
  head.append(...titles.map((title) => Object.assign(make("th", title), { scope: "col" })));
  const lines = drawn.createTBody();
  for (const cells of rows) {
    const line = lines.insertRow();
    for (const cell of cells) line.insertCell().append(...cell);
  }
  const wide = make("div", "", "wide");
  wide.append(drawn);
  return wide;
}

function must(required) {
  return required ? [] : [make("small", " optional")];
}

/** Paragraphs with `code` and **strong** in them, which is all of Markdown that the description uses. */
function paragraphs(text, className = "") {
  return text.split("\n\n").filter(Boolean).map((words) => {
    const paragraph = make("p", "", className);
    paragraph.append(...spans(words));
    return paragraph;
  });
}

function spans(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).filter(Boolean).map((words) => {
    if (words.startsWith("`")) return make("code", words.slice(1, -1));
    return words.startsWith("**") ? make("strong", words.slice(2, -2)) : document.createTextNode(words);
  });
}

function verb(method) {
  return make("span", method.toUpperCase(), `verb ${method}`);
}

function titled(name) {
  return `${name[0].toUpperCase()}${name.slice(1)}`;
}

function make(tag, content, className = "") {
  const made = document.createElement(tag);
  made.textContent = content;
  if (className) made.className = className;
  return made;
}
