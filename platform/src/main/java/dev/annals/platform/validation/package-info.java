/**
 * Constraints on what clients send, in the words of Jakarta Validation. Their messages are plain
 * English, whatever language the client asks for.
 */
package dev.annals.platform.validation;
