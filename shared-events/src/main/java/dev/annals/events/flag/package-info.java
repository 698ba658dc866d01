/** Events of feature flags. */
package dev.annals.events.flag;
