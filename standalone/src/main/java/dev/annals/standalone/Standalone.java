package dev.annals.standalone;

import dev.annals.base.start.AnnalsApplication;
import dev.annals.command.CommandSide;
import dev.annals.query.QuerySide;
import java.util.Arrays;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * The command side and the query side in one JVM, with embedded stores where none are configured.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({CommandSide.class, QuerySide.class})
public class Standalone {
  /** Starts the program, or verifies an export (see {@link ExportCheck}). */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals(ExportCheck.COMMAND)) {
      System.exit(
          new ExportCheck(System.out).run(Arrays.copyOfRange(args, 1, args.length), System.in));
    }
    LocalStores stores = new LocalStores();
    AnnalsApplication.run(Standalone.class, args, stores, new StartReport(stores));
  }
}
