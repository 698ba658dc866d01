/**
 * Keys at rest: everything secret in the database is sealed under one master key that the database
 * never sees.
 */
package dev.annals.platform.crypto;
