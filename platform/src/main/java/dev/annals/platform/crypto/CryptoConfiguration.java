package dev.annals.platform.crypto;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the master key, and ends the start with a sentence when it is missing or none. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CryptoProperties.class)
class CryptoConfiguration {

  @Bean
  MasterKey masterKey(CryptoProperties properties) {
    return new MasterKey(properties.masterKey(), properties.masterKeyPrevious());
  }
}
