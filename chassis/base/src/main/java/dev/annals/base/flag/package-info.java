/** Feature flags, as products declare them. */
package dev.annals.base.flag;
