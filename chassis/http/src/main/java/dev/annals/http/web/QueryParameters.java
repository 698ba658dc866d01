package dev.annals.http.web;

/**
 * Declares the query parameters of an endpoint. A record implements it, and the endpoint's method
 * takes the record. Each component is a parameter of its name, or another such record, whose
 * components are parameters of the same request. The constructor of a record may refuse
 * combinations.
 *
 * <p>A parameter is an {@code Optional}, an {@code OptionalLong}, a value with a {@link
 * org.springframework.boot.context.properties.bind.DefaultValue}, a {@code List} if it is
 * repeatable, or a {@link Sort}. {@code @Range} (from 0 without it), {@code @Size} and {@link
 * dev.annals.http.validation.Text} bound it. The API document describes the same record.
 */
public interface QueryParameters {}
