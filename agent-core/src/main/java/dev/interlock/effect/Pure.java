package dev.interlock.effect;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The tool changes nothing, and touches nothing that other tools change. Its calls may overlap with all others.
 *
 * <p>On a class, the annotation holds for the methods that the class declares without an annotation of their own. On
 * one method, do not combine it with {@link Reads}, {@link Writes} or {@link Exclusive}; on one class, not with
 * {@link Reads} or {@link Writes}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Pure {}
