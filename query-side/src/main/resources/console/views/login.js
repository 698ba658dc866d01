// Log in, register, and ask for a new password.
import { html, nothing } from "lit-html";
import { logIn, post } from "../api.js";
import { t } from "../texts.js";
import { alert, focusOn, input, submit, update } from "../ui.js";

/** A form with one action. */
function form(title, draft, action, { fields, button, links }) {
  const view = { kind: "narrow", title, problem: null, busy: false, template };
  const send = submit(async () => {
    view.busy = true;
    view.problem = null;
    update();
    try {
      await action();
    } catch (problem) {
      view.problem = problem;
      focusOn("[aria-invalid]");
    }
    view.busy = false;
    update();
  });

  function template() {
    return html`<form class="card" @submit=${send}>
        ${alert(view.problem, { fields: Object.keys(draft) })} ${fields(view.problem)}
        <p class="actions"><button class="main" ?disabled=${view.busy}>${button}</button></p>
      </form>
      <p class="links">${links}</p>`;
  }
  return view;
}

export function login({ entered }) {
  const draft = { email: "", password: "" };
  return form(
    t.login.title,
    draft,
    async () => {
      await logIn(draft.email, draft.password);
      entered();
    },
    {
      button: t.login.button,
      fields: problem => [
        input(draft, "email", t.email, problem, { type: "email", autocomplete: "username", required: true }),
        input(draft, "password", t.password, problem, { type: "password", autocomplete: "current-password", required: true }),
      ],
      links: html`<a href="#/register">${t.register.title}</a> <a href="#/forgot">${t.forgot.link}</a>`,
    },
  );
}

export function register({ entered }) {
  const draft = { displayName: "", email: "", password: "" };
  return form(
    t.register.title,
    draft,
    async () => {
      await post("/auth/register", draft, { anonymous: true });
      await logIn(draft.email, draft.password);
      entered();
    },
    {
      button: t.register.button,
      fields: problem => [
        input(draft, "displayName", t.displayName, problem, { autocomplete: "name", required: true }),
        input(draft, "email", t.email, problem, { type: "email", autocomplete: "username", required: true, hint: t.register.mail }),
        input(draft, "password", t.password, problem, {
          type: "password",
          autocomplete: "new-password",
          required: true,
          hint: t.passwordRule,
        }),
      ],
      links: html`<a href="#/login">${t.login.title}</a>`,
    },
  );
}

export function forgot() {
  const draft = { email: "" };
  let sent = false;
  const view = form(
    t.forgot.title,
    draft,
    async () => {
      await post("/auth/forgot-password", draft, { anonymous: true });
      sent = true;
    },
    {
      button: t.forgot.button,
      fields: problem => [
        input(draft, "email", t.email, problem, { type: "email", autocomplete: "username", required: true }),
        sent ? html`<p role="status">${t.forgot.sent}</p>` : nothing,
      ],
      links: html`<a href="#/login">${t.login.title}</a>`,
    },
  );
  return view;
}
