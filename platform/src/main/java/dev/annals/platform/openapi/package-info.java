/** The OpenAPI document. Conventions that hold for all operations are added here. */
package dev.annals.platform.openapi;
