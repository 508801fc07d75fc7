package dev.interlock.effect;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The tool touches nothing that other tools change, and changes nothing: its calls overlap with all others.
 *
 * <p>On a class it holds for those methods declared in it that say nothing themselves. It cannot be combined with
 * {@link Reads}, {@link Writes} or {@link Exclusive} on one method, nor with the first two on one class.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Pure {}
