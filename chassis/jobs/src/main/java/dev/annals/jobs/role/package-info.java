/** The roles of a command side process: work of much CPU time, for example, can have its own. */
package dev.annals.jobs.role;
