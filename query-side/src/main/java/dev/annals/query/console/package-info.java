/** Pages for people in a browser. They have no state, and call the API like any other client. */
package dev.annals.query.console;
