/**
 * The roles of a command side process. With roles, expensive work such as hashing passwords can
 * have its own processes.
 */
package dev.annals.command.role;
