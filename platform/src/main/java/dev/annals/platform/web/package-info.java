/**
 * What the contract says of every endpoint: paging, conditional requests, query parameters, request
 * ids, limits on bodies.
 *
 * <p>When several things are wrong with a request, the first of 413, 401, 403, 415, 400, 404, 428,
 * 412, 422, 409, 429 is told; where limits come earlier, they say so. Filters take care of the
 * first three. For the rest a controller declares its parameters in this order, which is the order
 * in which they are resolved: the {@code @RequestBody}, {@link
 * dev.annals.platform.web.QueryParameters}, {@link dev.annals.platform.web.IfMatch} (both refuse
 * what they cannot read with 400), and after them the {@code @PathVariable UUID}, which refuses
 * with 404. {@link dev.annals.platform.web.IfMatch#require} is called only once the resource is
 * known to be the caller's.
 *
 * <p>An endpoint that answers with a body names its type ({@code produces}), so that a client that
 * would not take it is refused with 406 before anything is changed and not after.
 */
package dev.annals.platform.web;
