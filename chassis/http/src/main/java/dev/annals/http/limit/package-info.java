/**
 * Rate limits by account, by address and by user. The limit by address is checked before the
 * request is read, the one by account after the request is validated; both before the endpoint's
 * own checks.
 */
package dev.annals.http.limit;
