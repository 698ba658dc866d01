/**
 * Runs recurring work on one instance of the cluster at a time. A {@link
 * dev.annals.jobs.schedule.Schedule} is a recurring job with a configured time. Administrators see
 * its last outcome, and can run it at any time.
 */
package dev.annals.jobs.schedule;
