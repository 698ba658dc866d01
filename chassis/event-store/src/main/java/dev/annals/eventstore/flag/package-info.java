/**
 * Feature flags, with the same state in every process. Code of an optional feature calls {@link
 * dev.annals.eventstore.flag.Flags#isOn} at each use, with its {@link
 * dev.annals.eventstore.flag.Flag} and the user. The call does no I/O. The state of the flags is
 * stored only as events.
 */
package dev.annals.eventstore.flag;
