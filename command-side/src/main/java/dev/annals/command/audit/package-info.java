/** The history is sealed, so that whoever keeps a head can tell later that nobody rewrote it. */
package dev.annals.command.audit;
