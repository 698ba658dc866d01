/**
 * Pushes notifications to connected clients, by STOMP 1.2 over WebSocket. A subscription is a
 * cursor over its user's inbox: a new notification is sent at once if it follows the cursor, else
 * the inbox is read from there. So none is lost, repeated or overtaken, and a client that is slow
 * or was away needs no memory here. No thread ever waits for a client.
 */
package dev.annals.push;
