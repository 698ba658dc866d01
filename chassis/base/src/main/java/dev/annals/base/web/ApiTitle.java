package dev.annals.base.web;

/** The title of the API and a sentence about it, for its documents. */
public record ApiTitle(String title, String description) {}
