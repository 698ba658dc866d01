package dev.annals.query.notification.stomp;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How notifications are pushed.
 *
 * @param origins from which pages, besides those of this host, browsers may open the WebSocket:
 *     {@code https://notes.example.org}
 */
@ConfigurationProperties("annals.push")
record PushProperties(@DefaultValue List<String> origins) {}
