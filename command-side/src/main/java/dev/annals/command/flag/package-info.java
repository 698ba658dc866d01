/** Feature flags. Administrators switch them; each switch is an event. */
package dev.annals.command.flag;
