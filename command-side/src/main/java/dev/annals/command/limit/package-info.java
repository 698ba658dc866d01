/**
 * How often somebody may try: quotas by account, by address and by user. An endpoint's limit by
 * address is asked for before its request is read, the one by account once the request is known to
 * be well-formed; both before the endpoint itself says no.
 */
package dev.annals.command.limit;
