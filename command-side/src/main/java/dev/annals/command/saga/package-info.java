/**
 * A look at sagas from outside: which ones live, what they wait for, and what fails. An event that
 * a saga fails on becomes a job, and so do the events of the same user behind it: they are handled
 * in order, as soon as they can be, while everybody else's go on. A deadline is a job anyway.
 */
package dev.annals.command.saga;
