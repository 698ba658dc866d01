/**
 * What is done again and again, at times of its own, by one instance of the cluster at a time: a
 * {@link dev.annals.command.schedule.Schedule} is a recurring job. When it comes is configured;
 * administrators see how it went, and have it run whenever they like.
 */
package dev.annals.command.schedule;
