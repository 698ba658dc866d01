package dev.annals.http.crypto;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

@ChassisConfiguration
@Import(PublicKeys.class)
@EnableConfigurationProperties(CryptoConfiguration.Properties.class)
class CryptoConfiguration {

  /**
   * The keys that encrypt the secrets in the database.
   *
   * @param masterKey 32 random bytes in base64, the same for every process; it encrypts the keys of
   *     users and tokens. Without it the personal data is lost, so back it up apart from the
   *     database. The standalone program creates one in its data folder
   * @param masterKeyPrevious the previous key during a key rotation: its signatures and encrypted
   *     keys stay valid. At its start the command side encrypts these keys with the new key
   */
  @ConfigurationProperties("annals")
  record Properties(
      @DefaultValue("") String masterKey, @DefaultValue("") String masterKeyPrevious) {}

  @Bean
  @ConditionalOnMissingBean
  MasterKey masterKey(Properties properties) {
    return new MasterKey(properties.masterKey(), properties.masterKeyPrevious());
  }
}
