package dev.annals.push;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A message that tells the client to read the list: it has missed more than 1 000 notifications, or
 * has one that was cut off.
 *
 * @param type differs from every notification's
 */
record Resync(@Schema(allowableValues = "Resync") String type) {}
