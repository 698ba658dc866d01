package dev.annals.query.notification.stomp;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A message in place of more than 1 000 missed notifications: the client should read the list.
 *
 * @param type differs from every notification's
 */
record Resync(@Schema(allowableValues = "Resync") String type) {}
