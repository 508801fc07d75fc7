package dev.interlock.effect;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The tool writes these resources, may read them too, and touches nothing else unless another annotation says so.
 *
 * {@snippet :
 * @Tool("Moves money between accounts")
 * @Writes({"account/{from}", "account/{to}"})
 * void transfer(String from, String to, double amount) { ... }
 * }
 *
 * <p>On a class, the annotation holds for the methods that the class declares without an annotation of their own.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Writes {

    /**
     * The templates of the resources, see {@link Effects}.
     *
     * @return the templates; none means that the tool may write anything
     */
    String[] value() default {};
}
