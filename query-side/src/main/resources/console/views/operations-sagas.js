// The living sagas by type, with their next deadline and the events that they wait for.
import { html, nothing } from "lit-html";
import { get } from "../api.js";
import { t } from "../texts.js";
import { address, pages } from "../ui.js";
import { exact, relative } from "../zone.js";
import { aggregate, board, drawn, emptyPage, table } from "./operations-board.js";

const PAUSE = 5000; // ms between readings
const PATH = "/operations/sagas";
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function sagas({ query }) {
  const type = query.get("type") ?? "";
  const number = query.get("page") ?? "";
  const texts = t.operations.sagas;
  const types = ["", ...new Set([...Object.keys(texts.types), type].filter(Boolean))];
  const page = async parameters => (await get(address("/admin/sagas", parameters).slice(1))).json;

  const living = board(async () => {
    const [shown, ...counted] = await Promise.all([page({ type, page: number }), ...types.map(it => page({ type: it, size: 1 }))]);
    return { ...shown, counts: counted.map(it => it.page.totalElements) };
  }, PAUSE);

  const filter = (name, total) => html`<a href=${address(PATH, { type: name })} aria-current=${name === type ? "true" : nothing}
    >${name === "" ? t.all : (texts.types[name] ?? name)} <span class="amount">${t.number(total)}</span></a>`;

  const association = ({ key, value }) => html`<div>${key} <span class="id">${ID.test(value) ? aggregate(value) : value}</span></div>`;

  const row = it => html`<tr>
    <th scope="row">${texts.types[it.type] ?? it.type}<span class="meta">${it.type}</span></th>
    <td>${it.nextDeadline ? html`${relative(it.nextDeadline)}<span class="meta">${exact(it.nextDeadline)}</span>` : texts.noDeadline}</td>
    <td>${it.associations.map(association)}</td>
    <td><span class="id">${it.id}</span></td>
  </tr>`;

  return {
    close: living.close,
    template: () =>
      drawn(
        living,
        read => html`<nav class="filters" aria-label=${texts.filter}>${types.map((name, index) => filter(name, read.counts[index]))}</nav>
          ${read.content.length === 0
            ? emptyPage(read.page, texts.empty, address(PATH, { type }))
            : html`${table(t.operations.parts.sagas, ["type", "nextDeadline", "associations", "id"], read.content, it => it.id, row)}
                ${pages(read.page, to => address(PATH, { type, page: to || "" }))}`}`,
      ),
  };
}
