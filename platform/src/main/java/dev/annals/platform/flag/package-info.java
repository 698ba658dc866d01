/**
 * Feature flags: which features are on for whom, the same in every process. Whatever can be
 * switched off asks {@link dev.annals.platform.flag.Flags#on} with its {@link
 * dev.annals.platform.flag.Flag} and the user whom it is about, at each use; that costs no I/O.
 * What the switches are is told by the events alone.
 */
package dev.annals.platform.flag;
