package dev.annals.command.identity.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class PasswordsTest {

  @Test
  void theHashOfNoAccountCostsAsMuchAsAnyOther() {
    String dummy = Passwords.dummyHash(5);

    assertThat(new BCryptPasswordEncoder(5).upgradeEncoding(dummy)).isFalse();
    assertThat(new BCryptPasswordEncoder(6).upgradeEncoding(dummy)).isTrue();
    assertThat(BCrypt.hashpw("another password", dummy))
        .startsWith("$2a$05$......................")
        .hasSameSizeAs(dummy)
        .isNotEqualTo(dummy);
  }
}
