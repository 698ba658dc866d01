/**
 * The start of all programs. A failed start prints one sentence on standard error and exits with
 * code 1. A main method calls {@link dev.annals.platform.start.AnnalsApplication#run}. Code that
 * must prevent the start throws {@link dev.annals.platform.start.CannotStartException}. {@link
 * dev.annals.platform.start.ProductionRules} checks the profile {@code prod}.
 */
package dev.annals.platform.start;
