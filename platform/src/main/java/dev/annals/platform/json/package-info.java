/**
 * JSON as this program reads it: strictly. A request body is a record; each component is needed and
 * not null unless {@link dev.annals.platform.json.CanBeAbsent} or {@link
 * dev.annals.platform.json.CanBeNull} says otherwise, and may carry Jakarta Validation's
 * constraints. A controller declares {@code @RequestBody TheRecord} and nothing else: all that is
 * wrong with a body is told at once, each thing at its RFC 6901 pointer, before the controller is
 * called.
 */
package dev.annals.platform.json;
