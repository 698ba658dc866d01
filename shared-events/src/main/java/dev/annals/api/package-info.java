/**
 * The resources as clients see them, the same in the answers of the command side and the query
 * side.
 */
package dev.annals.api;
