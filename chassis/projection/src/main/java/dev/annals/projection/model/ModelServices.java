package dev.annals.projection.model;

import com.mongodb.client.MongoDatabase;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.write.Erased;

/**
 * The services that every read model uses.
 *
 * @param erased tells which users must not have documents in any model
 */
public record ModelServices(
    MongoDatabase database,
    ModelProperties properties,
    Erased erased,
    DeadLetters letters,
    Generations.Store generations,
    RestoreGuard guard) {}
