package dev.annals.platform.crypto;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CryptoProperties.class)
class CryptoConfiguration {

  @Bean
  MasterKey masterKey(CryptoProperties properties) {
    return new MasterKey(properties.masterKey(), properties.masterKeyPrevious());
  }
}
