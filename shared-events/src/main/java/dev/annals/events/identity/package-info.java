/** Events of users: who they are and what they may do, never how they prove it. */
package dev.annals.events.identity;
