/**
 * Authentication by access tokens (RFC 9068) and authorization of endpoints, which are closed by
 * default.
 */
package dev.annals.platform.security;
