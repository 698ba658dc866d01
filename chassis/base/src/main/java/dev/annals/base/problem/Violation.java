package dev.annals.base.problem;

/**
 * An invalid value of a request.
 *
 * @param pointer an RFC 6901 pointer into the body ({@code /title}) or a query parameter ({@code
 *     ?size})
 * @param detail the broken rule, in English
 */
public record Violation(String pointer, String detail) {}
