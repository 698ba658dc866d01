/** Estimates how much of the heap things take. */
package dev.annals.platform.heap;
