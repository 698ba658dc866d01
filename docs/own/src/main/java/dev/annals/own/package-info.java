/** A sample product on the chassis: the books of a reader, and the loans of them to friends. */
package dev.annals.own;
