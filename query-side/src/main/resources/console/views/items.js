// What notes and tasks have in common, and where they differ.
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { fromInput, shown, toInput } from "../zone.js";

/** The kinds by the first part of their paths. */
export const kinds = {
  notes: {
    path: "/notes",
    name: "NOTE",
    texts: t.notes,
    text: "content",
    sort: "updatedAt,desc",
    sorts: ["updatedAt,desc", "updatedAt,asc", "createdAt,desc", "createdAt,asc", "title,asc", "title,desc"],
    filters: ["q", "tag", "deleted", "sort", "page"],
    fields: ["title", "content", "tags"],
    empty: () => ({ title: "", content: "", tags: "" }),
    draft: note => ({ title: note.title, content: note.content, tags: note.tags.join(", ") }),
    body: draft => ({ title: draft.title, content: draft.content, tags: tags(draft.tags) }),
  },
  tasks: {
    path: "/tasks",
    name: "TASK",
    texts: t.tasks,
    text: "description",
    sort: "createdAt,desc",
    sorts: ["createdAt,desc", "createdAt,asc", "updatedAt,desc", "dueAt,asc", "dueAt,desc", "priority,desc", "estimate,asc", "title,asc"],
    filters: ["q", "status", "priority", "overdue", "dueAfter", "dueBefore", "tag", "deleted", "sort", "page"],
    fields: ["title", "description", "priority", "dueAt", "estimate", "tags"],
    empty: () => ({ title: "", description: "", priority: "NORMAL", dueAt: "", estimate: "", tags: "" }),
    draft: task => ({
      title: task.title,
      description: task.description,
      priority: task.priority,
      dueAt: toInput(task.dueAt),
      kept: task.dueAt,
      estimate: String(task.estimate ?? ""),
      tags: task.tags.join(", "),
    }),
    body: draft => ({
      title: draft.title,
      description: draft.description,
      priority: draft.priority,
      // The input has minutes only: a due date that is not edited keeps its seconds.
      dueAt: draft.kept && draft.dueAt === toInput(draft.kept) ? draft.kept : fromInput(draft.dueAt),
      estimate: draft.estimate === "" ? null : Number(draft.estimate),
      tags: tags(draft.tags),
    }),
  },
};

const tags = text =>
  text
    .split(",")
    .map(tag => tag.trim())
    .filter(tag => tag !== "");

/** Returns whether two sets of values are the same. */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The value of a field as people read it. */
export function read(field, value) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
    return t.none;
  }
  if (field === "status" || field === "priority") {
    return t.values[value] ?? value;
  }
  if (field.endsWith("At")) {
    return shown(value);
  }
  if (field === "attachments") {
    return [value].flat().map(it => it.fileName ?? it).join(", ");
  }
  if (typeof value === "boolean") {
    return value ? t.yes : t.no;
  }
  return Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The marks of a task: status, priority and due date. */
export const marks = task =>
  task.status === undefined
    ? nothing
    : html`<span class="mark status-${task.status}">${t.values[task.status]}</span>
        ${task.priority !== "NORMAL" ? html`<span class="mark priority-${task.priority}">${t.values[task.priority]}</span>` : nothing}
        ${task.dueAt
          ? html`<span class="mark ${task.overdue ? "overdue" : ""}">${task.overdue ? t.tasks.overdue : t.tasks.due} ${shown(task.dueAt)}</span>`
          : nothing}`;

/** The steps that a task can take from its status. */
export const steps = task =>
  ({ OPEN: ["start", "complete"], IN_PROGRESS: ["complete"], DONE: ["reopen"] })[task.status] ?? [];
