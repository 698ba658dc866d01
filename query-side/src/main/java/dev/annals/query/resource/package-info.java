/** The queries that notes and tasks have in common: lists, one resource, and its history. */
package dev.annals.query.resource;
