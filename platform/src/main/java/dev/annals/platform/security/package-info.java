/**
 * Who is asking, and whether they may: access tokens (RFC 9068), callers, and the rule that
 * everything is closed by default.
 */
package dev.annals.platform.security;
