package dev.annals.own;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.PathSet;
import dev.annals.base.security.Role;
import dev.annals.base.start.AnnalsApplication;
import dev.annals.base.start.RequiredProperties;
import dev.annals.base.web.ApiTitle;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The program. It writes and reads in one process. */
@SpringBootApplication(proxyBeanMethods = false)
public class Library {

  /** The only reader. */
  static final UUID READER = UUID.fromString("7e57ab1e-0000-4000-8000-000000000001");

  @Bean
  AccessTable access() {
    return new AccessTable(PathSet.of(), PathSet.of(), Map.of(Role.USER, PathSet.of("/books/**")));
  }

  @Bean
  ApiTitle title() {
    return new ApiTitle("Library", "The books of a reader, and their loans.");
  }

  /** Creates the key that encrypts the personal data of the reader. A registration does this. */
  @Bean
  InitializingBean readerKey(StoredSubjectKeys keys) {
    return () -> keys.findErased(Set.of(READER)).forEach(keys::create);
  }

  /** Starts the program, or prints an access token for the argument {@code token}. */
  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("token")) {
      System.out.println(SampleKey.token(READER, Role.values()));
      return;
    }
    AnnalsApplication.run(
        Library.class,
        arguments,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mongodb.uri"));
  }
}
