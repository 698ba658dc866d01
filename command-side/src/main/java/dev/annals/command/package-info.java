/**
 * The command side: what may happen. Aggregates decide on commands and evolve by events; REST turns
 * requests into commands. Nothing here reads MongoDB.
 */
package dev.annals.command;
