/** What auditors ask about the history: whether it is as it was sealed, and proofs of it. */
package dev.annals.query.audit;
