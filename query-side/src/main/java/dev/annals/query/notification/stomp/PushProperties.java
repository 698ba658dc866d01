package dev.annals.query.notification.stomp;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How notifications are pushed.
 *
 * @param origins the origins, besides this host's, whose pages may open the WebSocket in a browser:
 *     {@code https://notes.example.org}
 */
@ConfigurationProperties("annals.push")
record PushProperties(@DefaultValue List<String> origins) {}
