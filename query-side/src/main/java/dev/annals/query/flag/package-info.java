/** Feature flags, as they hold for whoever asks. */
package dev.annals.query.flag;
