/** Events of notes. */
package dev.annals.events.note;
