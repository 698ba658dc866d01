/**
 * What the contract says of every endpoint: paging, conditional requests, query parameters, request
 * ids, limits on bodies.
 *
 * <p>When several things are wrong with a request, the first of 413, 401, 403, 415, 400, 404, 428,
 * 412, 422, 409, 429 is told; where limits come earlier, they say so. Filters take care of the
 * first three. For the rest a controller declares the {@code @RequestBody} before {@link
 * dev.annals.platform.web.IfMatch}: parameters are resolved in their order, and both refuse what
 * they cannot read with 400. A {@code @PathVariable UUID} is never refused: what is no id names
 * nothing, and so is 404 as soon as it is looked for. {@link
 * dev.annals.platform.web.IfMatch#require} is called only once the resource is known to be the
 * caller's.
 *
 * <p>What an endpoint answers with is chosen by {@link dev.annals.platform.web.EndpointMapping}:
 * the types that it names ({@code produces}), JSON if it names none, nothing if it returns nothing.
 * A client that would not take it is refused with 406 before anything is changed and not after.
 */
package dev.annals.platform.web;
