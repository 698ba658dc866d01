/** A small application with one endpoint of each kind, to show what the platform does for it. */
package dev.annals.platform.sample;
