/**
 * What several modules of Interlock share, and what is the business of none of them: to look into objects of other
 * libraries, JSON without limits, waits that an interrupt does not end, and a setting of the two modules for Spring.
 * Not for applications: only modules of Interlock get it, and it may change with every version.
 *
 * <p>No method of this package takes or returns null, unless its type says so.
 */
@NullMarked
package dev.interlock.support;

import org.jspecify.annotations.NullMarked;
