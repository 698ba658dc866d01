/**
 * The bytes of attached files: where they are kept, who holds them, and when they go.
 *
 * <p>Bytes are addressed by their SHA-256, so files with the same bytes share them. Before any are
 * stored a row claims them; the command that attaches the file makes the claim a lasting one, in
 * the transaction of its event. What no row holds is removed. The events are the task's.
 */
package dev.annals.command.attachment;
