/**
 * Seals the history: a reader who keeps a signed tree head can detect later that it was rewritten.
 */
package dev.annals.command.audit;
