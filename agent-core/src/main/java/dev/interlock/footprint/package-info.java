/** What calls really touch: bodies and observers report it, listeners receive it. */
@NullMarked
package dev.interlock.footprint;

import org.jspecify.annotations.NullMarked;
