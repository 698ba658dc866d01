/**
 * The servers of tests: those in environment variables, with {@code -Pcontainers} those in
 * containers, otherwise embedded ones.
 */
package dev.annals.servers;
