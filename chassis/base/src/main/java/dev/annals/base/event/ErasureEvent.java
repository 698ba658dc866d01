package dev.annals.base.event;

/** The erasure of its owner, after which nothing of theirs is readable or kept. */
public interface ErasureEvent extends OwnedEvent {}
