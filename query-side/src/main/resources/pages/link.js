
"use strict";
{
  const form = document.querySelector("form");
  const button = form.querySelector("button");
  const status = document.querySelector("[role=status]");
  const token = new URLSearchParams(location.search).get("token");
  // Keeps the token out of the address bar and the browser's history.
  history.replaceState(null, "", location.pathname);

  if (token) {
    form.hidden = false;
  } else {
    status.textContent = "This link is incomplete. Open the whole link from the mail.";
  }

  form.addEventListener("submit", async event => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = "One moment …";
    try {
      show(await fetch(form.dataset.call, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
        credentials: "omit"
      }).then(async answer => answer.ok ? {} : { status: answer.status, ...await answer.json() }));
    } catch {
      show({ title: "The server cannot be reached. Try again in a moment" });
    }
  });

  function show(problem) {
    const errors = problem.errors?.map(error => error.detail) ?? [];
    const settled = !problem.title || problem.type === form.dataset.refusal;
    form.hidden = settled;
    button.disabled = false;
    if (settled) {
      status.textContent = problem.title ? form.dataset.void : form.dataset.done;
    } else if (errors.length > 0) {
      status.textContent = `${form.dataset.subject} ${errors.join(", and ")}.`;
    } else if (problem.status === 429 || problem.status === 503) {
      status.textContent = "There are too many requests. Try again in a minute.";
    } else {
      status.textContent = `${problem.title}.`;
    }
  }
}
