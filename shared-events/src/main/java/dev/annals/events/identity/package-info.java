/** Events of users: profiles, roles, state, and password resets, never credentials. */
package dev.annals.events.identity;
