/**
 * Both sides in one program, for a machine that has nothing but a JDK: each store that the
 * environment names no server for is started here, on loopback, with its data in one folder. The
 * stores start before the application's context, since the context's configuration needs their
 * addresses, and stop after it has closed.
 */
package dev.annals.standalone;
