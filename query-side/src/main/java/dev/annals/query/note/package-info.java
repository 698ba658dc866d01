/** Notes: the stored documents, the projection that keeps them, and the queries. */
package dev.annals.query.note;
