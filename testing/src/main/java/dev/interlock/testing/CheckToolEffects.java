package dev.interlock.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes a method a JUnit test that the effects of tools are true. The method completes the {@link EffectsCheck} that it is
 * given; it is carried out when the method returns, unless the method has done so.
 *
 * {@snippet :
 * @CheckToolEffects(world = Bank.class, tools = BankTools.class)
 * void what_bank_tools_say_is_true(EffectsCheck<Bank> check) {
 *     check.state(Bank::balances).values("account", 1, 2);
 * }
 * }
 *
 * <p>For a world that takes more than its constructor to make, write a plain {@code @Test} with {@link EffectsCheck#of}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(InterlockExtension.class)
public @interface CheckToolEffects {

    /**
     * What the tools work on: a class with a constructor without parameters, made anew for each run. Without it the tools are
     * their own world.
     *
     * @return the class
     */
    Class<?> world() default Void.class;

    /**
     * The class with the {@code @Tool} methods. It has a constructor that takes the world, or, without a world, one without parameters. Without
     * it the world has the tools.
     *
     * @return the class
     */
    Class<?> tools() default Void.class;

    /**
     * Checks with each of these seeds.
     *
     * @return the seeds; none for that of the system property {@value EffectsCheck#SEED_PROPERTY}, or 1
     */
    long[] seeds() default {};

    /**
     * Whether footprints that effects do not cover are failures, see {@link EffectsCheck#audited}.
     *
     * @return false by default
     */
    boolean audited() default false;
}
