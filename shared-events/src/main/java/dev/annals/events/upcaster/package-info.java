/** Upcasts stored events of earlier revisions. */
package dev.annals.events.upcaster;
