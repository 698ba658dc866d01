package dev.annals.base.flag;

import java.util.List;

/** The feature flags of a product. */
public record DeclaredFlags(List<Flag> flags) {}
