/** Seals the history, so that a reader with an earlier signed tree head can detect changes. */
package dev.annals.jobs.seal;
