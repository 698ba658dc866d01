/**
 * What both sides need to be a service: tokens, problem details, request ids, paging, logging,
 * start and stop.
 */
package dev.annals.platform;
