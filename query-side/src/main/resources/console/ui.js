// What views share: drawing, fields, problems, dialogs.
import { html, nothing } from "lit-html";
import { live as current } from "lit-html/live.js";
import { lines } from "./diff.js";
import { t } from "./texts.js";

let draw = () => {};
let waits = false;

/** Sets the function that draws the page. */
export function drawBy(drawing) {
  draw = drawing;
}

/** Draws the page soon, once for all changes of now. */
export function update() {
  if (!waits) {
    waits = true;
    queueMicrotask(() => {
      waits = false;
      draw();
    });
  }
}

/** Draws the page, and then focuses an element. */
export function focusOn(selector) {
  update();
  setTimeout(() => document.querySelector(selector)?.focus());
}

/** Returns a function that keeps a form from being sent by the browser and calls the action. */
export const submit = action => event => {
  event.preventDefault();
  action(event);
};

/** Says what went wrong, in a sentence. */
export function sentence(problem) {
  if (problem.slug === "bad-credentials" && problem.status === 400) {
    return t.problems.wrongPassword;
  }
  if (problem.slug in t.problems) {
    return t.problems[problem.slug];
  }
  if (problem.status === 429 || problem.status === 503) {
    return t.problems[problem.status === 429 ? "limit" : "busy"](problem.retryAfter);
  }
  return problem.detail || problem.title || t.problems.unknown;
}

/** The details of a problem at a field, by the beginning of their pointers. */
export const errorsAt = (problem, name) =>
  (problem?.errors ?? [])
    .filter(error => error.pointer === `/${name}` || error.pointer.startsWith(`/${name}/`) || error.pointer === `?${name}`)
    .map(error => error.detail);

/**
 * A problem as an alert, apart from what is shown at the fields with these names.
 *
 * @param again what a button tries again, if there is one
 */
export function alert(problem, { fields = [], again } = {}) {
  if (!problem) {
    return nothing;
  }
  const rest = (problem.errors ?? []).filter(error => !fields.some(name => errorsAt({ errors: [error] }, name).length > 0));
  const atFields = (problem.errors?.length ?? 0) > rest.length;
  return html`<div class="alert" role="alert">
    <p>${atFields ? t.problems.fields : sentence(problem)}</p>
    ${rest.length > 0 ? html`<ul>${rest.map(error => html`<li>${error.pointer} ${error.detail}</li>`)}</ul>` : nothing}
    ${again ? html`<button type="button" class="again" @click=${again}>${t.again}</button>` : nothing}
  </div>`;
}

/**
 * A labelled field with its hint and its errors.
 *
 * @param control draws the input with the given id, ids of descriptions, and whether it is invalid
 */
export function field(name, label, problem, control, hint) {
  const errors = errorsAt(problem, name);
  const described = [hint && `${name}-hint`, errors.length > 0 && `${name}-error`].filter(Boolean).join(" ") || nothing;
  return html`<div class="field field-${name}">
    <label for=${name}>${label}</label>
    ${control({ id: name, described, invalid: errors.length > 0 ? "true" : nothing })}
    ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing}
    ${errors.length > 0 ? html`<p class="error" id="${name}-error">${t.fieldError(label, errors)}</p>` : nothing}
  </div>`;
}

/** A field of one line that is bound to a property of a draft. */
export function input(draft, name, label, problem, { type = "text", hint, autocomplete = "off", required = false, min, max } = {}) {
  return field(
    name,
    label,
    problem,
    ({ id, described, invalid }) =>
      html`<input id=${id} name=${name} type=${type} autocomplete=${autocomplete} ?required=${required}
        min=${min ?? nothing} max=${max ?? nothing} aria-describedby=${described} aria-invalid=${invalid}
        .value=${current(draft[name] ?? "")} @input=${event => set(draft, name, event.target.value)}>`,
    hint,
  );
}

/** A field of several lines. */
export function area(draft, name, label, problem, { rows = 6, hint } = {}) {
  return field(
    name,
    label,
    problem,
    ({ id, described, invalid }) =>
      html`<textarea id=${id} name=${name} rows=${rows} aria-describedby=${described} aria-invalid=${invalid}
        .value=${current(draft[name] ?? "")} @input=${event => set(draft, name, event.target.value)}></textarea>`,
    hint,
  );
}

/** A choice of one of { value: text }. */
export function choice(draft, name, label, problem, options, { hint } = {}) {
  return field(
    name,
    label,
    problem,
    ({ id, described, invalid }) => select(id, draft[name], options, value => set(draft, name, value), described, invalid),
    hint,
  );
}

/** A choice of one of { value: text }, or of a Map, which keeps numbers in their order too. */
export function select(id, value, options, change, described = nothing, invalid = nothing) {
  return html`<select id=${id} aria-describedby=${described} aria-invalid=${invalid} @change=${event => change(event.target.value)}>
    ${(options instanceof Map ? [...options] : Object.entries(options)).map(
      ([key, text]) => html`<option value=${key} .selected=${current(String(value ?? "") === key)}>${text}</option>`,
    )}
  </select>`;
}

function set(draft, name, value) {
  draft[name] = value;
  update();
}

let said = "";
let sayings = 0;

/** Says something that assistive technology reads out, too. */
export function say(text) {
  said = text;
  const saying = ++sayings;
  setTimeout(() => {
    if (saying === sayings) {
      said = "";
      update();
    }
  }, 6_000);
  update();
}

export const status = () => html`<p class="said" role="status">${said}</p>`;

let question = null;

/**
 * Asks before a step that cannot be taken back.
 *
 * @param name the text that the user must type, if there is one
 * @return a promise of true if the user agrees
 */
export function ask({ title, text, action, name, label }) {
  return new Promise(answer => {
    question = { title, text, action, name, label, answer, typed: "", from: document.activeElement };
    update();
    queueMicrotask(() => document.getElementById("question")?.showModal());
  });
}

export function questionDialog() {
  if (!question) {
    return nothing;
  }
  const { title, text, action, name, label, typed } = question;
  const close = agreed => {
    const { answer, from } = question;
    question = null;
    document.getElementById("question").close();
    update();
    queueMicrotask(() => from?.isConnected && from.focus());
    answer(agreed);
  };
  return html`<dialog id="question" aria-labelledby="question-title" @cancel=${submit(() => close(false))}>
    <form @submit=${submit(() => close(true))}>
      <h2 id="question-title">${title}</h2>
      <p>${text}</p>
      ${name
        ? html`<div class="field"><label for="question-name">${label}</label>
            <input id="question-name" autocomplete="off" .value=${current(typed)}
              @input=${event => {
                question.typed = event.target.value;
                update();
              }}></div>`
        : nothing}
      <p class="actions">
        <button class="danger" ?disabled=${name !== undefined && typed !== name}>${action}</button>
        <button type="button" @click=${() => close(false)}>${t.cancel}</button>
      </p>
    </form>
  </dialog>`;
}

/** A text with its changed lines marked. */
export const changedLines = (old, young) => html`<div class="diff">${lines(old, young).map(
  line => html`<div class=${{ "-": "gone", "+": "come", " ": "kept" }[line.mark]}
    ><span class="sign" aria-hidden="true">${line.mark}</span>${line.mark === "-" ? html`<del>${line.text}</del>` : line.mark === "+" ? html`<ins>${line.text}</ins>` : line.text}</div>`,
)}</div>`;

export const loading = () => html`<p class="loading" aria-busy="true">${t.loading}</p>`;

/** The links to the pages of a list. */
export function pages(page, address) {
  if (!page || page.totalPages < 2) {
    return nothing;
  }
  return html`<nav class="pages" aria-label=${t.pages.label}>
    ${page.number > 0 ? html`<a href=${address(page.number - 1)} rel="prev">${t.pages.previous}</a>` : nothing}
    <span>${t.pages.position(page.number + 1, page.totalPages)}</span>
    ${page.number + 1 < page.totalPages ? html`<a href=${address(page.number + 1)} rel="next">${t.pages.next}</a>` : nothing}
  </nav>`;
}

/** Returns a fragment with a query; empty values are left out. */
export function address(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null && one !== "" && one !== false) {
        parameters.append(name, one);
      }
    }
  }
  return `#${path}${parameters.size > 0 ? `?${parameters}` : ""}`;
}

export function go(to) {
  location.hash = to;
}
