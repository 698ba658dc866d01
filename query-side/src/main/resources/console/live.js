// Notifications by STOMP: what happens on other devices, as it happens.
import { Client, ReconnectionTimeMode } from "@stomp/stompjs";
import { base, get, onSession, token } from "./api.js";

/** The state that the shell shows. */
export const live = { connected: false, failed: false, unread: 0 };

const listeners = new Set();
let client = null;
let last = 0; // the sequence of the newest known notification

/** Calls a listener after each message and each change of {@link live}; returns how to stop it. */
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = message => listeners.forEach(listener => listener(message));

/** Follows the notifications from now on. */
export async function follow() {
  if (client) {
    return;
  }
  const url = new URL("ws", base);
  url.protocol = url.protocol.replace("http", "ws");
  const mine = new Client({
    brokerURL: url.href,
    reconnectDelay: 1000,
    maxReconnectDelay: 10_000,
    reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
    beforeConnect: async () => {
      try {
        mine.connectHeaders = { Authorization: `Bearer ${await token()}` };
      } catch {
        // The server refuses the old token, and the client tries again later.
      }
    },
    onConnect: () => {
      mine.subscribe("/user/queue/notifications", read, { after: String(last) });
      if (live.failed) {
        probe(mine);
      }
      show(mine, { connected: true, failed: false });
    },
    // The session may have ended: a read finds out.
    onStompError: () => probe(mine),
    onWebSocketClose: () => {
      show(mine, { connected: false, failed: true });
      probe(mine);
    },
  });
  client = mine;
  await readNewest();
  if (client === mine) {
    mine.activate();
  }
}

/** Finds out whether the server is reachable, with a request. */
function probe(one) {
  if (client === one) {
    countUnread().catch(() => {});
  }
}

function show(one, state) {
  if (client === one) {
    Object.assign(live, state);
    tell(null);
  }
}

/** Stops following. */
export function unfollow() {
  client?.deactivate({ force: true });
  client = null;
  last = 0;
  Object.assign(live, { connected: false, failed: false, unread: 0 });
}

async function readNewest() {
  try {
    const [newest, unread] = await Promise.all([get("/notifications?size=1"), get("/notifications/unread-count")]);
    last = newest.json.content[0]?.sequence ?? 0;
    live.unread = unread.json.count;
    tell(null);
  } catch {
    // The connection begins with what comes next.
  }
}

/** Counts the unread notifications again. */
export async function countUnread() {
  live.unread = (await get("/notifications/unread-count")).json.count;
  tell(null);
}

async function read(frame) {
  const message = JSON.parse(frame.body);
  if (message.type === "Resync") {
    // Too many were missed. The lists are read again, and then what comes after the newest.
    await readNewest();
    tell(message);
    client?.forceDisconnect();
    return;
  }
  last = message.sequence;
  live.unread++;
  tell(message);
}

// The server closes the connection at the expiry of its token.
onSession(async what => {
  if (what === "renewed" && client?.connected) {
    client.publish({ destination: "/app/token", headers: { Authorization: `Bearer ${await token()}` } });
  } else if (what === "ended") {
    unfollow();
  }
});
