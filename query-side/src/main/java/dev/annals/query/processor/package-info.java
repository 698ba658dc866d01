/** What administrators see of the projections, and can do about them. */
package dev.annals.query.processor;
