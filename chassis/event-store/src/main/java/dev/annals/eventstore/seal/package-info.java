/**
 * The seal of the history: a Merkle tree (RFC 9162) with signed heads over the stored bytes of all
 * events, in the order of their positions. The command side seals, the query side verifies and
 * proves, and a command line checks an export without either. All three use this package.
 *
 * <p>A leaf is {@link dev.annals.eventstore.seal.StoredEvent#bytes}. These bytes of each event and
 * a head are sufficient to check the history.
 */
package dev.annals.eventstore.seal;
