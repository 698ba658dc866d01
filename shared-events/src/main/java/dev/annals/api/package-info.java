/** The resources as clients see them, the same in the answers of both sides. */
package dev.annals.api;
