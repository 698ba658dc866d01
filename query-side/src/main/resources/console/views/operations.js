// For administrators: the links to the parts of Operations, and the part of the fragment.
import { html, nothing } from "lit-html";
import { get } from "../api.js";
import { t } from "../texts.js";
import { board } from "./operations-board.js";
import { deadLetters } from "./operations-dead-letters.js";
import { flags } from "./operations-flags.js";
import { sample } from "./operations-lag.js";
import { processors } from "./operations-processors.js";
import { readReplays } from "./operations-replays.js";
import { sagas } from "./operations-sagas.js";
import { schedules } from "./operations-schedules.js";
import { storage } from "./operations-storage.js";
import { users } from "./operations-users.js";

const PARTS = { processors, "dead-letters": deadLetters, sagas, schedules, flags, users, storage };

export function operations(context) {
  const name = context.parameters[0] ?? "processors";
  // Read in each part: the lag of a chart has no gaps, and a replay tells its end.
  const watched = board(async () => {
    const [read] = await Promise.all([get("/admin/processors"), readReplays()]);
    sample(read.json);
    return read.json;
  });
  const part = PARTS[name]({ ...context, watched });

  const letters = () => watched.read?.reduce((sum, it) => sum + it.deadLetters, 0) ?? 0;

  const link = key => html`<a href=${key === "processors" ? "#/operations" : `#/operations/${key}`} aria-current=${key === name ? "page" : nothing}
    >${t.operations.parts[key]}${key === "dead-letters" && letters() > 0 ? html` <span class="count">${letters()}</span>` : nothing}</a>`;

  return {
    ...part,
    kind: "wide",
    title: t.operations.parts[name],
    close: () => {
      watched.close();
      part.close?.();
    },
    template: () => html`<nav class="parts" aria-label=${t.operations.title}>${Object.keys(PARTS).map(link)}</nav> ${part.template()}`,
  };
}
