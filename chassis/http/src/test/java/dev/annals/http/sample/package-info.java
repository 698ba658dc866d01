/** A sample application with one endpoint of each kind, for tests of the platform. */
package dev.annals.http.sample;
