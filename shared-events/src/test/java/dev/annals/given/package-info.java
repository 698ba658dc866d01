/** Builders of the values and the events that tests begin with. */
package dev.annals.given;
