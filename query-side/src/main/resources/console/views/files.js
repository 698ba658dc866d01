// The files of a task: adding them by a choice or by dragging, with progress; saving and removing them.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { download, newKey, remove, upload } from "../api.js";
import { t } from "../texts.js";
import { alert, ask, say, update } from "../ui.js";

/**
 * Returns the part of a task's page that shows its files.
 *
 * @param path of the task
 * @param changed is called after a change
 */
export function files(path, changed) {
  let running = []; // { key, file, part, problem }
  let problem = null;
  let over = false;

  async function add(file, key = newKey()) {
    const one = { key, file, part: 0, problem: null };
    running = [...running.filter(it => it.key !== key), one];
    update();
    try {
      await upload(`${path}/attachments`, file, key, part => {
        one.part = part;
        update();
      });
      running = running.filter(it => it !== one);
      say(t.files.added(file.name));
      changed();
    } catch (failure) {
      one.problem = failure;
    }
    update();
  }

  async function addAll(chosen) {
    // One after the other: each adds a version to the task.
    for (const file of chosen) {
      await add(file);
    }
  }

  async function take(attachment, action) {
    problem = null;
    try {
      await action(`${path}/attachments/${attachment.id}`);
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  async function drop(attachment) {
    if (await ask({ title: t.files.removeTitle, text: t.files.removeText(attachment.fileName), action: t.files.remove })) {
      await take(attachment, async at => {
        await remove(at);
        say(t.files.removed(attachment.fileName));
        changed();
      });
    }
  }

  const entry = attachment => html`<li class="row">
    <div class="what"><button type="button" class="link" @click=${() => take(attachment, at => download(at, attachment.fileName))}
        >${attachment.fileName}</button>
      <span class="meta">${t.bytes(attachment.size)}</span></div>
    <p class="steps"><button type="button" aria-label=${t.named(t.files.remove, attachment.fileName)}
      @click=${() => drop(attachment)}>${t.files.remove}</button></p>
  </li>`;

  const progress = one => html`<li class="row">
    <div class="what">${one.file.name}
      ${one.problem
        ? alert(one.problem, { again: () => add(one.file, one.key) })
        : html`<progress max="1" .value=${one.part} aria-label=${t.files.progress(one.file.name)}></progress>`}</div>
    ${one.problem
      ? html`<p class="steps"><button type="button" @click=${() => {
          running = running.filter(it => it !== one);
          update();
        }}>${t.files.dismiss}</button></p>`
      : nothing}
  </li>`;

  const hover = is => event => {
    event.preventDefault();
    over = is;
    update();
  };

  return {
    close: () => (running = []),
    template: attachments => html`<section class="files ${over ? "over" : ""}" aria-labelledby="files-title"
        @dragenter=${hover(true)} @dragover=${hover(true)} @dragleave=${hover(false)}
        @drop=${event => {
          hover(false)(event);
          addAll([...event.dataTransfer.files]);
        }}>
      <h2 id="files-title">${t.files.title}</h2>
      ${alert(problem)}
      <ul class="rows">
        ${repeat(attachments, it => it.id, entry)}
        ${repeat(running, it => it.key, progress)}
      </ul>
      ${attachments.length + running.length === 0 ? html`<p class="empty">${t.files.empty}</p>` : nothing}
      <div class="field"><label for="file">${t.files.add}</label>
        <input id="file" type="file" multiple aria-describedby="file-hint" @change=${event => {
          addAll([...event.target.files]);
          event.target.value = "";
        }}>
        <p class="hint" id="file-hint">${t.files.hint}</p></div>
    </section>`,
  };
}
