/**
 * Errors of the API: the kinds of problems, the exception that rejects requests, and problem
 * documents (RFC 9457).
 */
package dev.annals.platform.problem;
