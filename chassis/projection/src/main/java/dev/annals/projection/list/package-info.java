/** Lists: how a collection is filtered, sorted, searched and read page by page. */
package dev.annals.projection.list;
