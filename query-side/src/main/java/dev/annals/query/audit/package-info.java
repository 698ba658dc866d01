/**
 * The audit: {@link dev.annals.query.audit.AuditController} shows events and past states, {@link
 * dev.annals.query.audit.SealController} compares the history with its seal and proves it.
 */
package dev.annals.query.audit;
