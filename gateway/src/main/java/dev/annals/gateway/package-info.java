/**
 * One port in front of both sides, so that the split deployment looks like the standalone program
 * to a client. The gateway routes by method and path, forwards messages unchanged, and knows no
 * notes, tasks or users.
 */
package dev.annals.gateway;
