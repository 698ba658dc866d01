/**
 * How often somebody may try: quotas by account and by address. An endpoint's limit by address is
 * asked for before its request is read, the one by account once the request is known to be
 * well-formed; both before the endpoint itself says no.
 */
package dev.annals.command.limit;
