// The replays that this tab has started: the newest of each processor, also after a reload.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get, onSession, post } from "../api.js";
import { t } from "../texts.js";
import { say } from "../ui.js";
import { exact } from "../zone.js";
import { mark, step } from "./operations-board.js";

const STORED = "annals.replays"; // ids by processor
const KINDS = { RUNNING: "busy", DONE: "good", CANCELLED: "off", FAILED: "bad" };

const stored = () => JSON.parse(sessionStorage.getItem(STORED) ?? "{}");
const store = ids => sessionStorage.setItem(STORED, JSON.stringify(ids));

const replays = new Map(); // by processor

onSession(what => {
  if (what === "ended") {
    sessionStorage.removeItem(STORED);
    replays.clear();
  }
});

/** Reads the replays that can have changed, and says which have ended. */
export async function readReplays() {
  await Promise.all(
    Object.entries(stored()).map(async ([processor, id]) => {
      const known = replays.get(processor);
      if (known?.id === id && known.state !== "RUNNING") {
        return;
      }
      try {
        keep((await get(`/admin/replays/${id}`)).json);
      } catch (failure) {
        if (failure.status !== 404) {
          throw failure;
        }
        const { [processor]: gone, ...rest } = stored();
        store(rest);
        replays.delete(processor);
      }
    }),
  );
}

function keep(replay) {
  const known = replays.get(replay.processor);
  replays.set(replay.processor, replay);
  if (known?.id === replay.id && known.state !== replay.state) {
    say(t.operations.replays.ended(replay.processor, t.operations.replays.states[replay.state]));
  }
}

/** Starts a replay. */
export async function startReplay(processor) {
  const replay = (await post(`/admin/processors/${processor}/replay`)).json;
  store({ ...stored(), [processor]: replay.id });
  keep(replay);
}

const cancel = async ({ id }) => keep((await post(`/admin/replays/${id}/cancel`)).json);

export const isReplayed = processor => replays.get(processor)?.state === "RUNNING";

const row = (it, watched) => html`<li class="row">
  <div class="what"><span class="name">${it.processor}</span> ${mark(KINDS[it.state], t.operations.replays.states[it.state])}
    <progress max=${Math.max(1, it.total)} .value=${it.processed} aria-label=${t.operations.replays.progress(it.processor)}></progress>
    <p class="meta"><span>${t.operations.replays.events(it.processed, it.total)}</span>
      <span>${t.operations.replays.rate(it.eventsPerSecond)}</span>
      ${it.state === "RUNNING" && it.etaSeconds !== null ? html`<span>${t.operations.replays.left(it.etaSeconds)}</span>` : nothing}
      <span>${it.finishedAt ? t.operations.replays.endedAt(exact(it.finishedAt)) : t.operations.replays.startedAt(exact(it.startedAt))}</span></p></div>
  <p class="steps">${it.state === "RUNNING"
    ? step(t.operations.replays.cancel, it.processor, () => watched.take(`cancel ${it.id}`, () => cancel(it)), watched.busy.has(`cancel ${it.id}`))
    : nothing}</p>
</li>`;

/** Draws the replays, if there are some. */
export const replayList = watched =>
  replays.size === 0
    ? nothing
    : html`<section><h2>${t.operations.replays.title}</h2>
        <ul class="rows">${repeat([...replays.values()], it => it.processor, it => row(it, watched))}</ul></section>`;
