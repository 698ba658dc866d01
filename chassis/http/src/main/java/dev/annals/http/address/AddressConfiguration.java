package dev.annals.http.address;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Binds the settings of addresses that clients name. */
@ChassisConfiguration
@EnableConfigurationProperties(WebhookProperties.class)
class AddressConfiguration {}
