package dev.annals.command;

import jakarta.validation.constraints.Min;

/**
 * The body of a request to go back.
 *
 * @param version the one whose values are wanted again
 */
public record RevertRequest(@Min(0) long version) {}
