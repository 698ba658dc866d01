package dev.annals.eventstore.crypto;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the keys of subjects and signatures. */
@ChassisConfiguration
@Import({SigningKeys.class, StoredSubjectKeys.class})
class SubjectKeyConfiguration {}
