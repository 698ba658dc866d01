/**
 * The query side: projections turn events into read models in MongoDB, and the REST queries answer
 * from those. It writes no event and calls no command.
 */
package dev.annals.query;
