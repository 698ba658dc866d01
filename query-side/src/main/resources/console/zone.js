// Instants in the user's time zone, by the browser's own table of zones.

let zone = "UTC";

export function useZone(name) {
  zone = name;
}

export const zoneName = () => zone;

const format = options => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });

/** Returns an instant as people read it, such as 29 Nov 2026, 07:00. */
export const shown = instant => format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));

/** Returns an instant with its seconds. */
export const exact = instant => format({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(instant));

/** Returns the time of day of an instant, such as 07:00. */
export const clock = instant => format({ timeStyle: "short" }).format(new Date(instant));

const AGO = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** Returns how far away an instant is, such as in 3 hours. */
export function relative(instant) {
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return AGO.format(Math.trunc(seconds / size), unit);
}

/** Returns an instant as the value of an input for local date and time. */
export function toInput(instant) {
  if (!instant) {
    return "";
  }
  const parts = Object.fromEntries(
    format({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      .formatToParts(new Date(instant))
      .map(part => [part.type, part.value]),
  );
  return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** Returns the instant of such a value; a time that the clocks skip is moved on. */
export function fromInput(value) {
  if (!value) {
    return null;
  }
  const wanted = Date.parse(`${value}Z`);
  let instant = wanted;
  // The offset at the first guess can differ from the one at the result.
  for (let i = 0; i < 2; i++) {
    instant = wanted - (Date.parse(`${toInput(new Date(instant).toISOString())}Z`) - instant);
  }
  return new Date(instant).toISOString();
}

/** Returns the zones that the browser knows. */
export const zones = () => ["UTC", ...Intl.supportedValuesOf("timeZone").filter(name => name !== "UTC")];

export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
