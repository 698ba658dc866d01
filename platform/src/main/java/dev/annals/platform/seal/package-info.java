/**
 * The seal of the history: a Merkle tree (RFC 9162) over the stored bytes of all events, in the
 * order of their positions, whose heads are signed. The command side seals, the query side verifies
 * and proves, and a command line checks an export without either; all three by what is here.
 *
 * <p>A leaf is {@link dev.annals.platform.seal.StoredEvent#bytes}: whoever has these bytes of each
 * event, and a head, needs nothing else to check them.
 */
package dev.annals.platform.seal;
