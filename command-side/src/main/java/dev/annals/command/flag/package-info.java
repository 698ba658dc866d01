/** Feature flags: switched by administrators, each switch an event. */
package dev.annals.command.flag;
