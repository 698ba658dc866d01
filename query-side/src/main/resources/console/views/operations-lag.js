// The lag of the processors as this tab has seen it, as a chart.
import { html, svg } from "lit-html";
import uPlot from "uplot";
import { t } from "../texts.js";
import { update } from "../ui.js";
import { clock, exact } from "../zone.js";

const KEPT = 600; // s
const LEAST = 120; // s on the axis
const GAP = 10; // s between two samples that no line connects
const HEIGHT = 200; // px
const COLOURS = 8; // in the style sheet
const DASHES = [[], [7, 4], [2, 3]];
const POWERS = [0, ...Array.from({ length: 10 }, (_, power) => 10 ** power)];

let samples = []; // { time, lags by name }, the oldest first

/** Remembers the lags of now. */
export function sample(processors) {
  const time = Date.now() / 1000;
  const last = samples.at(-1)?.time;
  const gap = last && time - last > GAP ? [{ time: last + 1, lags: {} }] : [];
  const now = { time, lags: Object.fromEntries(processors.map(it => [it.name, it.lag])) };
  samples = [...samples, ...gap, now].filter(it => it.time > time - KEPT);
}

/** Returns the largest lag of a processor in the chart. */
export const peak = name => Math.max(...samples.map(it => it.lags[name] ?? 0));

/** The line of a processor, as in the chart. */
export const swatch = index => svg`<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><line x1="0" y1="4" x2="24" y2="4"
  class="line-${index % COLOURS}" stroke-width="2" stroke-dasharray=${DASHES[index % DASHES.length].join(" ")}></line></svg>`;

// In a high chart 1 is too near to 0.
const power = (value, most) => (value === 1 && most > 100_000 ? "" : t.short(value));

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name);
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Returns the chart of the processors with these names. */
export function chart(names) {
  const holder = document.createElement("div");
  holder.className = "chart";
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", t.operations.lag.label(names.length));
  let plot = null;
  let shown = null; // the samples of the last drawing
  let under = null; // the sample under the pointer
  const sizes = new ResizeObserver(() => draw(true));
  sizes.observe(holder);
  const recolour = () => plot?.redraw(false, true);
  dark.addEventListener("change", recolour);

  const axis = {
    stroke: () => style("--soft"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: () => style("--line"), width: 1 },
    ticks: { stroke: () => style("--line"), width: 1, size: 4 },
  };

  const options = () => ({
    width: holder.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [time() - Math.min(KEPT, Math.max(LEAST, time() - samples[0].time)), time()] },
      // Like a logarithm, but with a zero, whose line has room below.
      y: { distr: 4, asinh: 1, range: (_, least, most) => [-0.2, POWERS.find(power => power >= Math.max(10, most ?? 0))] },
    },
    axes: [
      { ...axis, space: 60, size: 28, incrs: [60, 120, 300], values: (_, ticks) => ticks.map(tick => clock(tick * 1000)) },
      { ...axis, size: 52, splits: () => POWERS, filter: (_, splits) => splits, values: ({ scales }, splits) => splits.map(it => power(it, scales.y.max)) },
    ],
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: () => style(`--line-${index % COLOURS}`),
        width: 1.5,
        dash: DASHES[index % DASHES.length],
        points: { show: () => samples.length === 1, size: 5 },
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          under = samples[cursor.idx] ?? null;
          update();
        },
      ],
    },
  });

  const time = () => samples.at(-1).time;
  const data = () => [samples.map(it => it.time), ...names.map(name => samples.map(it => it.lags[name] ?? null))];

  function draw(resized = false) {
    if (holder.clientWidth === 0 || samples.length === 0) {
      return;
    }
    if (!plot) {
      plot = new uPlot(options(), data(), holder);
    } else if (resized) {
      plot.setSize({ width: holder.clientWidth, height: HEIGHT });
    } else if (shown !== samples) {
      plot.setData(data());
    }
    shown = samples;
  }

  function caption() {
    const behind = names.filter(name => under?.lags[name] > 0).map(name => `${name} ${t.number(under.lags[name])}`);
    return under ? t.operations.lag.at(exact(under.time * 1000), behind) : t.operations.lag.hint;
  }

  return {
    names,
    draw,
    template: () => html`<figure class="lag">${holder}<figcaption class="hint">${caption()}</figcaption></figure>`,
    close: () => {
      sizes.disconnect();
      dark.removeEventListener("change", recolour);
      plot?.destroy();
    },
  };
}
