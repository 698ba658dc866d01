package dev.annals.query.notification.stomp;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * Told in the place of more notifications than it makes sense to send: the client reads the list.
 *
 * @param type tells it from a notification
 */
record Resync(@Schema(allowableValues = "Resync") String type) {}
