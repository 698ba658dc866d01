/** Events of tasks. */
package dev.annals.events.task;
