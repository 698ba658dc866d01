/**
 * The way to Redis, which holds only what may be lost at any time. Whoever asks it goes on without
 * an answer.
 */
package dev.annals.platform.redis;
