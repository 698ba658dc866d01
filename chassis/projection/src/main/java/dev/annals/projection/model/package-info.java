/** Models and their generations, as they are read. */
package dev.annals.projection.model;
