/** The HTTP API of a task's attachments; the aggregate of the task decides on them. */
package dev.annals.command.task.attachment;
