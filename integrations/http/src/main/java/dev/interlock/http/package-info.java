/** Reports which addresses calls read and write by HTTP. */
@NullMarked
package dev.interlock.http;

import org.jspecify.annotations.NullMarked;
