package dev.annals.http.limit;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the proxies before this process.
 *
 * @param proxies the addresses, or ranges such as {@code 10.0.0.0/8}, of the proxies whose {@code
 *     X-Forwarded-For} is trusted
 */
@ConfigurationProperties("annals")
record ProxyProperties(@DefaultValue List<String> proxies) {}
