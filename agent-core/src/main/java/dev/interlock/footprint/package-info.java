/** What calls really touch: told by their bodies and by observers, and handed to listeners. */
@NullMarked
package dev.interlock.footprint;

import org.jspecify.annotations.NullMarked;
