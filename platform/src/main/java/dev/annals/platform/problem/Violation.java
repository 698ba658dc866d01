package dev.annals.platform.problem;

/**
 * One value that is not allowed.
 *
 * @param pointer where it is: an RFC 6901 pointer into the body ({@code /title}), or a query
 *     parameter ({@code ?size})
 * @param detail what is wrong with it, for a person to read
 */
public record Violation(String pointer, String detail) {}
