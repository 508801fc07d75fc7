/** Makes the manager in an application of Spring Boot. */
@NullMarked
package dev.interlock.springai.autoconfigure;

import org.jspecify.annotations.NullMarked;
