/**
 * What a process of the command side does: all of it, or a part, so that what is heavy, such as the
 * hashing of passwords, has processes of its own.
 */
package dev.annals.command.role;
