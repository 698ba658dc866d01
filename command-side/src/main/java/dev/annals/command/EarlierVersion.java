package dev.annals.command;

import jakarta.validation.constraints.Min;

/**
 * The body of a request to go back.
 *
 * @param version the one whose values are wanted again
 */
public record EarlierVersion(@Min(0) long version) {}
