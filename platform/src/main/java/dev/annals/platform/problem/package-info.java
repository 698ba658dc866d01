/**
 * How the program says no: kinds of problems, the exception that carries them, and the documents
 * they become (RFC 9457).
 */
package dev.annals.platform.problem;
