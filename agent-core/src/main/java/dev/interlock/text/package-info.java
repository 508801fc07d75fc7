/**
 * Makes text of models, tools and servers safe for people to read. Not exported: reports, listeners and logs use it.
 */
@NullMarked
package dev.interlock.text;

import org.jspecify.annotations.NullMarked;
