/**
 * Access to Redis, which only holds data that may be lost at any time. Callers must work without a
 * result.
 */
package dev.annals.platform.redis;
