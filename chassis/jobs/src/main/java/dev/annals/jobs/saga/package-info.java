/**
 * Lists sagas and parks the events that they fail on. A parked event and later events of the same
 * user are handled by jobs, in order, while other users' events continue. A deadline is a job
 * anyway.
 */
package dev.annals.jobs.saga;
