/**
 * The bytes of files: where they are stored, which files hold them, and when they are deleted.
 *
 * <p>Bytes are addressed by their SHA-256, so files with the same bytes share them. A row claims
 * bytes before they are stored. The command that attaches the file makes the claim permanent, in
 * the transaction of its event. Bytes without a row are deleted. The events belong to the aggregate
 * that has the file.
 */
package dev.annals.files;
