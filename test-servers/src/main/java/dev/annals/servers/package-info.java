/**
 * Which servers tests run on: those that the environment names, with {@code -Pcontainers} ones in
 * containers, else whatever the tests embed.
 */
package dev.annals.servers;
