package dev.interlock.effect;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * No other call overlaps with the tool's calls; given a resource, no other call that touches it does.
 *
 * <p>On a method {@code @Exclusive} makes the tool a barrier, and {@code @Exclusive("session")} is another way to say
 * {@code @Writes("session")}.
 *
 * <p>On a class {@code @Exclusive("session")} says that the object itself is not thread-safe: no two of its tools
 * overlap, no matter what else they declare. It does not say what else the tools touch, so a tool that declares nothing
 * of its own is a barrier. Subclasses and implementing classes inherit the annotation.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Exclusive {

    /**
     * The template of the resource, see {@link Effects}.
     *
     * @return the template; empty means the root and makes the tool a barrier
     */
    String value() default "";
}
