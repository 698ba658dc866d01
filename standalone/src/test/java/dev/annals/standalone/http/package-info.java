/**
 * Tests of the contract over HTTP against the packaged standalone program; with {@code
 * -Dannals.deployment=split} against separate processes of both sides, or with {@code -Dannals.url}
 * against any other deployment.
 */
package dev.annals.standalone.http;
