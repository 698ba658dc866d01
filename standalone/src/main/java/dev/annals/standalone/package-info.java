/**
 * Both sides in one program, for a machine with nothing but a JDK. If the environment names no
 * server for a store, the program starts one on loopback, with its data in one folder. The stores
 * start before the application context, which needs their addresses, and stop after it has closed.
 */
package dev.annals.standalone;
