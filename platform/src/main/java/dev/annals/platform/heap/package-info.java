/** Estimates of heap sizes. */
package dev.annals.platform.heap;
