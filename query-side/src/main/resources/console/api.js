// The public API: requests, problem documents, and the session of this tab.

/** The URL that the paths of the API are relative to. */
export const base = new URL("../", document.baseURI);

/** A refused or failed request, with the members of its problem document (RFC 9457). */
export class Problem extends Error {
  constructor(document, status = 0, retryAfter = 0) {
    super(document.title ?? "");
    Object.assign(this, document, { status, retryAfter });
  }

  /** The last part of the type; "offline" if no server answered, "ended" if the session has ended. */
  get slug() {
    return (this.type ?? "").split(/[:#]/).pop();
  }
}

const STORED = "annals.session";
const EARLY = 20_000; // ms before the expiry of an access token
const ANSWER = 150; // ms that other tabs have to answer
const KEPT = 60_000; // ms for which reads wait for a change

let access = null; // { accessToken, refreshToken, claims, since, until }
let changes = []; // { token, until }
let refreshing = null;
const listeners = new Set();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("annals.session") : null;

/**
 * Calls a listener with "renewed" after each new access token, with "ended" after the session's end, and after
 * requests with "reachable" or "unreachable".
 */
export function onSession(listener) {
  listeners.add(listener);
}

const tell = what => listeners.forEach(listener => listener(what));
const stored = () => JSON.parse(sessionStorage.getItem(STORED)); // { refreshToken, id, since }

export const hasSession = () => stored() !== null;
export const userId = () => access?.claims.sub;
export const hasRole = role => access?.claims.roles.includes(role) ?? false;

/** Returns an access token that is still valid for a moment. */
export async function token() {
  if (!access || Date.now() > access.until - EARLY) {
    await refresh();
  }
  return access.accessToken;
}

function adopt(tokens) {
  access = tokens;
  const { refreshToken, claims, since } = tokens;
  sessionStorage.setItem(STORED, JSON.stringify({ refreshToken, id: claims.sid, since }));
  tell("renewed");
}

function issued({ json }) {
  const { accessToken, refreshToken, expiresIn } = json;
  const since = Date.now();
  return { accessToken, refreshToken, claims: claims(accessToken), since, until: since + expiresIn * 1000 };
}

function claims(jwt) {
  const text = atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, it => it.charCodeAt(0))));
}

function end() {
  sessionStorage.removeItem(STORED);
  access = null;
  changes = [];
  tell("ended");
}

/** Exchanges the refresh token, once at a time in all tabs: one that is presented twice ends the session. */
function refresh() {
  refreshing ??= alone(async () => {
    if (!stored()) {
      throw new Problem({ type: "ended" });
    }
    if ((await newerOfOtherTab()) && Date.now() < access.until - EARLY) {
      return;
    }
    const body = { refreshToken: stored().refreshToken };
    try {
      adopt(issued(await send("POST", "/auth/refresh", { body, anonymous: true })));
      channel?.postMessage({ kind: "tokens", tokens: access });
    } catch (problem) {
      if (problem.status === 401) {
        end();
        throw new Problem({ type: "ended" });
      }
      throw problem;
    }
  }).finally(() => (refreshing = null));
  return refreshing;
}

// Without a secure context there are no locks. Then a copied tab can end the session.
const alone = work => (navigator.locks ? navigator.locks.request("annals.refresh", work) : work());

/** Asks the copies of this tab for newer tokens, and returns whether one had some. */
function newerOfOtherTab() {
  const { id, since } = stored();
  channel?.postMessage({ kind: "asked", id, since });
  return new Promise(resolve => {
    const look = () => stored()?.since > since && done(true);
    const done = found => {
      channel?.removeEventListener("message", look);
      resolve(found);
    };
    channel?.addEventListener("message", look);
    setTimeout(() => done(false), channel ? ANSWER : 0);
  });
}

channel?.addEventListener("message", ({ data }) => {
  const mine = stored();
  if (data.kind === "asked" && data.id === mine?.id && data.since < mine.since && access) {
    channel.postMessage({ kind: "tokens", tokens: access });
  } else if (data.kind === "tokens" && data.tokens.claims.sid === mine?.id && data.tokens.since > mine.since) {
    adopt(data.tokens);
  } else if (data.kind === "ended" && data.id === mine?.id) {
    end();
  }
});

/** Logs in, and begins the session of this tab. */
export async function logIn(email, password) {
  adopt(issued(await send("POST", "/auth/login", { body: { email, password }, anonymous: true })));
}

/** Ends the session, here and in the copies of this tab. */
export async function logOut() {
  const { refreshToken, id } = stored();
  channel?.postMessage({ kind: "ended", id });
  end();
  await send("POST", "/auth/logout", { body: { refreshToken }, anonymous: true }).catch(() => {});
}

/** Forgets the session, which has ended on the server. */
export const forget = end;

export const get = (path, options) => send("GET", path, options);
export const post = (path, body, options) => send("POST", path, { body, ...options });
export const put = (path, body, options) => send("PUT", path, { body, ...options });
export const remove = (path, options) => send("DELETE", path, options);

/** Returns the header of a change of a version. */
export const ifMatch = version => ({ headers: { "If-Match": `"${version}"` } });

/** Returns the header that makes a repeated creation the same one. */
export const once = key => ({ headers: { "Idempotency-Key": `"${key}"` } });

/** Returns a new key for {@link once}. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), it => it.toString(16).padStart(2, "0")).join("");

/**
 * Sends a request, and returns { status, headers, json } or, for raw, the response. Reads wait for the
 * changes of the last minute.
 */
async function send(method, path, { body, headers = {}, anonymous = false, raw = false, signal, again = false } = {}) {
  const all = { ...headers };
  if (body !== undefined) {
    all["Content-Type"] = "application/json";
  }
  if (!anonymous) {
    all.Authorization = `Bearer ${await token()}`;
  }
  changes = changes.filter(change => change.until > Date.now());
  if (method === "GET" && changes.length > 0) {
    all["Consistency-Token"] = changes.map(change => change.token).join(", ");
  }
  let response;
  try {
    const url = new URL(path.slice(1), base);
    response = await fetch(url, { method, headers: all, body: JSON.stringify(body), credentials: "omit", signal });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    tell("unreachable");
    throw new Problem({ type: "offline" });
  }
  if (response.status === 401 && !anonymous && !again) {
    access = null;
    return send(method, path, { body, headers, raw, signal, again: true });
  }
  return raw && response.ok ? response : answer(response);
}

async function answer(response) {
  const text = await response.text().catch(() => "");
  if (!response.ok) {
    let document = {};
    try {
      document = JSON.parse(text);
    } catch {
      // A proxy's page: no server answered.
      document = { type: "offline" };
    }
    tell(document.type === "offline" ? "unreachable" : "reachable");
    throw new Problem(document, response.status, Number(response.headers.get("Retry-After")) || 0);
  }
  tell("reachable");
  remember(response.headers.get("Consistency-Token"));
  return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : null };
}

function remember(change) {
  if (change) {
    changes = [...changes, { token: change, until: Date.now() + KEPT }].slice(-10);
  }
}

/** Sends a file as a form, and calls back with the part that is sent, from 0 to 1. */
export async function upload(path, file, key, progress) {
  const authorization = `Bearer ${await token()}`;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL(path.slice(1), base));
    request.setRequestHeader("Authorization", authorization);
    request.setRequestHeader("Idempotency-Key", `"${key}"`);
    request.upload.onprogress = sent => progress(sent.loaded / sent.total);
    request.onerror = () => reject(new Problem({ type: "offline" }));
    request.onload = () => {
      let document = {};
      try {
        document = JSON.parse(request.responseText);
      } catch {
        // A proxy's page.
      }
      if (request.status === 201) {
        remember(request.getResponseHeader("Consistency-Token"));
        resolve(document);
      } else {
        reject(new Problem(document, request.status, Number(request.getResponseHeader("Retry-After")) || 0));
      }
    };
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

/** Saves an answer as a file of the browser. */
export async function download(path, name) {
  const response = await get(path, { raw: true });
  save(await response.blob(), name);
}

/** Saves bytes as a file of the browser. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
