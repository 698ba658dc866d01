/**
 * Strict reading of JSON. A request body is a record. Each component is required and not null,
 * except with {@link dev.annals.http.json.CanBeAbsent} or {@link dev.annals.http.json.CanBeNull},
 * and may have Jakarta Validation constraints. A controller only declares {@code @RequestBody
 * TheRecord}. Before the controller is called, all violations of a body are reported at once, each
 * with its RFC 6901 pointer.
 */
package dev.annals.http.json;
