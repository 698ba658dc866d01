/**
 * Keys at rest. One master key, which the database never sees, encrypts every secret in the
 * database.
 */
package dev.annals.platform.crypto;
