/** Text of models, tools and servers on its way to people. Not exported: reports, listeners and logs use it. */
@NullMarked
package dev.interlock.text;

import org.jspecify.annotations.NullMarked;
