package dev.annals.platform.crypto;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the master key, and ends the start with a sentence when it is missing or none. */
@Configuration(proxyBeanMethods = false)
class CryptoConfiguration {

  @Bean
  MasterKey masterKey(@Value("${annals.master-key:}") String base64) {
    return new MasterKey(base64);
  }
}
