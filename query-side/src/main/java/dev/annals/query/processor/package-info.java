/** The administrators' view of event processors: their state, replays and dead letters. */
package dev.annals.query.processor;
