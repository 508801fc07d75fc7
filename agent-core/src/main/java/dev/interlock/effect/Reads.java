package dev.interlock.effect;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The tool reads these resources, and touches nothing else unless another annotation says so.
 *
 * {@snippet :
 * @Tool("Returns the balance of an account")
 * @Reads("account/{id}")
 * double balance(@P(name = "id") String account) { ... }
 * }
 *
 * <p>On a class, the annotation holds for the methods that the class declares without an annotation of their own.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Reads {

    /**
     * The templates of the resources, see {@link Effects}.
     *
     * @return the templates; none means that the tool may read anything
     */
    String[] value() default {};
}
