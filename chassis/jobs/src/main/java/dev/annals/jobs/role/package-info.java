/** The roles of a command side process: hashing passwords, for example, can have its own. */
package dev.annals.jobs.role;
