package dev.annals.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

class AllowedFileTypesTest {

  @Test
  void areTheTypesThatFileTypesTestCovers() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yaml"));

    assertThat(yaml.getObject().entrySet())
        .filteredOn(it -> it.getKey().toString().startsWith("annals.attachments.types["))
        .extracting(it -> it.getValue().toString())
        .containsExactlyInAnyOrderElementsOf(FileTypesTest.ALLOWED);
  }
}
