package dev.interlock.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Makes a method a JUnit test that tools' effects are true. The method completes the {@link EffectsCheck} that it gets.
 * The extension runs the check when the method returns, unless the method has run it.
 *
 * {@snippet :
 * @CheckToolEffects(world = Bank.class, tools = BankTools.class)
 * void what_bank_tools_say_is_true(EffectsCheck<Bank> check) {
 *     check.state(Bank::balances).values("account", 1, 2);
 * }
 * }
 *
 * <p>If making a world takes more than its constructor, write a plain {@code @Test} with {@link EffectsCheck#of}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(CheckToolEffects.Extension.class)
public @interface CheckToolEffects {

    /**
     * Returns the world that the tools work on: a class with a constructor without parameters. Each run makes a new
     * one. Without it the tools are their own world.
     *
     * @return the class
     */
    Class<?> world() default Void.class;

    /**
     * Returns the class with the {@code @Tool} methods. Its constructor takes the world or, if there is none, nothing.
     * Without it the world has the tools.
     *
     * @return the class
     */
    Class<?> tools() default Void.class;

    /**
     * Returns the seeds; the test runs the check with each.
     *
     * @return the seeds; none means the seed in the system property {@value EffectsCheck#SEED_PROPERTY}, or 1
     */
    long[] seeds() default {};

    /**
     * Tells whether footprints that effects do not cover are failures, see {@link EffectsCheck#audited}.
     *
     * @return false by default
     */
    boolean audited() default false;

    /**
     * Runs the checks in JUnit 5 (since 5.9) and 6. {@link CheckToolEffects} registers it. When a check fails, its
     * message names the seed, and the test has the report entry {@code interlock.seed}.
     */
    final class Extension implements ParameterResolver, InvocationInterceptor {

        /** Creates the extension; JUnit calls this. */
        public Extension() {}

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == EffectsCheck.class
                    && AnnotationSupport.isAnnotated(context.getTestMethod(), CheckToolEffects.class);
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return check(annotation(context));
        }

        @Override
        public void interceptTestMethod(
                Invocation<Void> invocation,
                ReflectiveInvocationContext<Method> invocationContext,
                ExtensionContext context)
                throws Throwable {
            invocation.proceed();
            CheckToolEffects annotation = annotation(context);
            EffectsCheck<?> check = given(invocationContext.getArguments(), annotation);
            if (check.isUsed()) {
                return;
            }
            long[] seeds = annotation.seeds().length == 0 ? new long[] {Seed.inForce()} : annotation.seeds();
            for (long seed : seeds) {
                try {
                    check.seed(seed).check();
                } catch (Throwable e) {
                    context.publishReportEntry(EffectsCheck.SEED_PROPERTY, Long.toString(seed));
                    throw e;
                }
            }
        }

        private static EffectsCheck<?> given(List<Object> arguments, CheckToolEffects annotation) {
            for (Object argument : arguments) {
                if (argument instanceof EffectsCheck<?> check) {
                    return check;
                }
            }
            return check(annotation);
        }

        private static CheckToolEffects annotation(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getTestMethod(), CheckToolEffects.class)
                    .orElseThrow(() -> new ExtensionConfigurationException(
                            "the extension needs a test method with @CheckToolEffects"));
        }

        private static EffectsCheck<Object> check(CheckToolEffects annotation) {
            boolean ownWorld = annotation.world() == Void.class;
            boolean ownTools = annotation.tools() == Void.class;
            if (ownWorld && ownTools) {
                throw new ExtensionConfigurationException("@CheckToolEffects needs tools, world, or both");
            }
            Supplier<Object> world = maker(ownWorld ? annotation.tools() : annotation.world());
            EffectsCheck<Object> check = EffectsCheck.of(world)
                    .tools(ownWorld || ownTools ? same -> same : maker(annotation.tools(), annotation.world()));
            return annotation.audited() ? check.audited() : check;
        }

        private static Supplier<Object> maker(Class<?> type) {
            Constructor<?> constructor = constructor(type);
            return () -> make(constructor);
        }

        private static Function<Object, Object> maker(Class<?> tools, Class<?> world) {
            for (Constructor<?> each : tools.getDeclaredConstructors()) {
                if (each.getParameterCount() == 1 && each.getParameterTypes()[0].isAssignableFrom(world)) {
                    return made -> make(each, made);
                }
            }
            throw new ExtensionConfigurationException(
                    tools.getName() + " needs a constructor that takes a " + world.getName());
        }

        private static Constructor<?> constructor(Class<?> type) {
            return Arrays.stream(type.getDeclaredConstructors())
                    .filter(each -> each.getParameterCount() == 0)
                    .findFirst()
                    .orElseThrow(() -> new ExtensionConfigurationException(type.getName()
                            + " needs a constructor without parameters; if making a world takes more,"
                            + " write a @Test with EffectsCheck.of"));
        }

        private static Object make(Constructor<?> constructor, Object... arguments) {
            try {
                constructor.setAccessible(true);
                return constructor.newInstance(arguments);
            } catch (InvocationTargetException e) {
                throw Thrown.unchecked(e.getCause() == null ? e : e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new ExtensionConfigurationException("cannot create " + constructor.getDeclaringClass(), e);
            }
        }
    }
}
