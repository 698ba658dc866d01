/**
 * How a program of Annals starts and, when it cannot, says why: one sentence on standard error,
 * exit code 1, nothing left running. A main method calls {@link
 * dev.annals.platform.start.AnnalsApplication#run}; code that finds a reason not to start throws
 * {@link dev.annals.platform.start.CannotStartException}. What the profile {@code prod} does not
 * start with is in one class, {@code ProductionRules}.
 */
package dev.annals.platform.start;
