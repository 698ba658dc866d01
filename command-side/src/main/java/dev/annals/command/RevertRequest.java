package dev.annals.command;

import jakarta.validation.constraints.Min;

/**
 * The request body of a revert.
 *
 * @param version the version whose values are restored
 */
public record RevertRequest(@Min(0) long version) {}
