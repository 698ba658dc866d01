/** Notes as they are read: the projection, its read model, and the queries over it. */
package dev.annals.query.note;
