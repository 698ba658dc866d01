/**
 * How a program of Annals starts and, when it cannot, says why: one sentence on standard error,
 * exit code 1, nothing left running. A main method calls {@link
 * dev.annals.platform.start.AnnalsApplication#run}; code that finds a reason not to start throws
 * {@link dev.annals.platform.start.CannotStartException}.
 */
package dev.annals.platform.start;
