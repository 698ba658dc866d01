/**
 * The command side. Controllers turn requests into commands; aggregates decide on commands and
 * evolve by events. Nothing here reads MongoDB.
 */
package dev.annals.command;
