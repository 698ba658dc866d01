// Server-sent events by fetch, since EventSource sends no Authorization header.
import { get, Problem } from "./api.js";

const FIRST = 1000; // ms before the first attempt to connect again
const MOST = 30_000; // ms between two attempts
const SILENCE = 40_000; // ms without a byte; the server sends comments more often

/**
 * Follows a stream. It connects again after the last event when a connection or a token ends.
 *
 * @param last the id after which the stream begins
 * @param onEvent is called with each event as { id, event, data }
 * @param onState is called with true after each connect, and with false when the connection is lost; with a
 *     problem, too, if the server refuses the stream
 * @return how to stop it
 */
export function stream(path, last, onEvent, onState) {
  const stop = new AbortController();
  let pause = FIRST;

  async function connect() {
    const cut = new AbortController(); // of this connection
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => cut.abort(), SILENCE);
    };
    const signal = AbortSignal.any([stop.signal, cut.signal]);
    // Offline, a connection may seem to be open for minutes.
    addEventListener("offline", () => cut.abort(), { signal });
    try {
      alive();
      const headers = { Accept: "text/event-stream", "Last-Event-ID": String(last) };
      const response = await get(path, { raw: true, headers, signal });
      onState(true);
      pause = FIRST;
      let ended = false;
      const parse = parser(it => {
        if (it.event === "end") {
          ended = true;
        } else {
          last = it.id;
          onEvent(it);
        }
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || stop.signal.aborted) {
          return ended;
        }
        alive();
        parse(value);
      }
    } finally {
      clearTimeout(timer);
      cut.abort();
    }
  }

  async function run() {
    while (!stop.signal.aborted) {
      let wait = 0;
      try {
        // At the end of a token the next request has a new one.
        if (await connect()) {
          continue;
        }
      } catch (failure) {
        if (failure.slug === "ended" || stop.signal.aborted) {
          return;
        }
        if (failure instanceof Problem && failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
          onState(false, failure);
          return;
        }
        wait = (failure.retryAfter ?? 0) * 1000;
      }
      if (!stop.signal.aborted) {
        onState(false);
        await sleep(Math.max(wait, pause * (0.5 + Math.random() / 2)));
        pause = Math.min(2 * pause, MOST);
      }
    }
  }

  /** Waits, but not longer than until the browser is online again. */
  const sleep = duration =>
    new Promise(resolve => {
      setTimeout(resolve, duration);
      addEventListener("online", resolve, { once: true, signal: stop.signal });
    });

  run();
  return () => stop.abort();
}

/** Returns a function that takes the text of a stream in pieces, and calls back with each event. */
function parser(onEvent) {
  let rest = "";
  let fields = {};
  return text => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) {
      const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (line === "") {
        if (fields.data !== undefined) {
          onEvent(fields);
        }
        fields = {};
      } else if (name === "data" && fields.data !== undefined) {
        fields.data += `\n${value}`;
      } else if (name !== "") {
        fields[name] = value;
      }
    }
  };
}
