/** What people see in a browser: pages without state, which call the API like any other client. */
package dev.annals.query.console;
