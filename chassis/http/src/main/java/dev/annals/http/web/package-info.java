/**
 * HTTP conventions of all endpoints: paging, conditional requests, query parameters, request ids,
 * limits.
 *
 * <p>A request with several errors is answered with the first of 413, 401, 403, 415, 400, 404, 428,
 * 412, 422, 409, 429, unless a limit is documented to come earlier. Filters check the first three.
 * For the rest a controller declares the {@code @RequestBody} before {@link
 * dev.annals.http.web.IfMatch}: parameters are resolved in their order, and both reject malformed
 * input with 400. A malformed {@code @PathVariable UUID} reads as the id of no resource, which
 * leads to 404. {@link dev.annals.http.web.IfMatch#require} is only called after the resource is
 * known to belong to the caller.
 *
 * <p>{@link dev.annals.http.web.EndpointMapping} chooses the media type of a response: one that the
 * endpoint {@code produces}, JSON if it declares none, none if it has no response body. A client
 * that does not accept it gets 406 before the endpoint is called.
 */
package dev.annals.http.web;
