// Checks of the seal in the browser, by Web Crypto: SHA-256 hashes (RFC 9162, 2.1) and ES256 signatures.

/** Returns true if the browser has the functions: only encrypted pages have them, and those of this machine. */
export const canCheck = () => Boolean(window.crypto?.subtle);

/** Returns the bytes of a text in base64 or base64url. */
export const bytes = text =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), it => it.charCodeAt(0));

export const hex = array => Array.from(array, it => it.toString(16).padStart(2, "0")).join("");

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

/** Returns the hash of the leaf of stored bytes. */
export const leafHash = stored => sha256([0], stored);

/**
 * Returns the steps from a leaf to the root (RFC 9162, 2.1.3.2) as { sibling, isLeft, hash }, and whether
 * they end at the root.
 */
export async function path({ leafIndex, size, leafHash: leaf, hashes }) {
  let index = leafIndex;
  let last = size - 1;
  let hash = bytes(leaf);
  const steps = [];
  const up = () => {
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  };
  for (const text of hashes) {
    const sibling = bytes(text);
    const isLeft = index % 2 === 1 || index === last;
    if (last === 0) {
      return { steps, complete: false };
    }
    hash = await (isLeft ? sha256([1], sibling, hash) : sha256([1], hash, sibling));
    steps.push({ sibling, isLeft, hash });
    while (isLeft && index % 2 === 0 && index !== 0) {
      up();
    }
    up();
  }
  return { steps, complete: last === 0 };
}

/** Returns whether a published key signed a head: the structure TreeHeadDataV2 of RFC 9162, 4.10. */
export async function isSigned(head, keys) {
  const jwk = keys.find(key => key.kid === head.kid && key.kty === "EC" && key.crv === "P-256");
  if (!jwk) {
    return false;
  }
  const { kty, crv, x, y } = jwk;
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, algorithm, false, ["verify"]);
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, BigInt(Date.parse(head.signedAt)));
  numbers.setBigUint64(8, BigInt(head.size));
  const root = bytes(head.root);
  const signed = joined(new Uint8Array(numbers.buffer), [root.length], root, [0, 0]);
  return crypto.subtle.verify(algorithm, key, bytes(head.signature), signed);
}

/**
 * Returns the fields of an event's stored bytes, as events have them. Numbers have 64 bits; texts follow
 * their length in 32 bits, which is -1 for none.
 */
export function parse(stored) {
  const view = new DataView(stored.buffer);
  let at = 0;
  const number = () => {
    at += 8;
    return Number(view.getBigInt64(at - 8));
  };
  const text = () => {
    const length = view.getInt32(at);
    at += 4 + Math.max(0, length);
    return length < 0 ? null : new TextDecoder("utf-8", { fatal: true }).decode(stored.subarray(at - length, at));
  };
  const event = {
    position: number(),
    eventId: text(),
    aggregateId: text(),
    sequence: number(),
    aggregateType: text(),
    occurredAt: text(),
    type: text().split(".").pop(),
    revision: text(),
  };
  text(); // the payload
  const { actor = null, correlationId = null } = JSON.parse(text());
  if (at !== stored.length) {
    throw new RangeError("There are more bytes than fields.");
  }
  return { ...event, actor, correlationId };
}
