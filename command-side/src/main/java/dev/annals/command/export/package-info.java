/**
 * All that is somebody's, as one archive for them to take away. What belongs to it is said by the
 * other contexts, each for itself.
 */
package dev.annals.command.export;
