/** Feature flags, as they hold for the caller. */
package dev.annals.query.flag;
