/** The export of a user's data as one archive. Each context contributes its own part. */
package dev.annals.command.export;
