/**
 * Jakarta Validation constraints for values that clients send. Their messages are in English,
 * whatever language the client accepts.
 */
package dev.annals.http.validation;
