package dev.annals.benchmark.axon;

import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record CreateNote(
    @TargetAggregateIdentifier String id,
    String owner,
    String title,
    String content,
    List<String> tags) {}
