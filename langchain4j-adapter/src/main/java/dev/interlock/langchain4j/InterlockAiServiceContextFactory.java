package dev.interlock.langchain4j;

import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the contexts of all AI services; LangChain4j finds it on the class path. While no {@link ParallelTools} is
 * installed, it leaves this to the next factory or to LangChain4j. Thread-safe.
 */
public final class InterlockAiServiceContextFactory implements AiServiceContextFactory {

    private static final AtomicReference<@Nullable AiServiceContextFactory> INSTALLED = new AtomicReference<>();

    /** True while the current thread asks other factories. */
    private static final ThreadLocal<@Nullable Boolean> ASKING_OTHERS = new ThreadLocal<>();

    /** Creates the factory; LangChain4j calls this. */
    public InterlockAiServiceContextFactory() {}

    @Override
    public AiServiceContext create(Class<?> aiServiceClass) {
        AiServiceContextFactory installed = INSTALLED.get();
        return installed == null ? createPlain(aiServiceClass) : installed.create(aiServiceClass);
    }

    /**
     * Makes a context as without this library: the next factory's, or LangChain4j's own. A factory that itself asks a
     * {@link ParallelTools} for the context gets LangChain4j's.
     */
    static AiServiceContext createPlain(Class<?> aiServiceClass) {
        if (ASKING_OTHERS.get() != null) {
            return new PlainContext(aiServiceClass);
        }
        ASKING_OTHERS.set(true);
        try {
            return createByOthers(aiServiceClass);
        } finally {
            ASKING_OTHERS.remove();
        }
    }

    private static AiServiceContext createByOthers(Class<?> aiServiceClass) {
        for (AiServiceContextFactory factory : ServiceLoader.load(AiServiceContextFactory.class)) {
            if (!(factory instanceof InterlockAiServiceContextFactory)) {
                return factory.create(aiServiceClass);
            }
        }
        return new PlainContext(aiServiceClass);
    }

    /**
     * Chooses the {@link ParallelTools} for each AI service. This is for integrations that host several applications in
     * one JVM, each with a {@link ParallelTools} of its own.
     *
     * @param choice called for each new AI service on the thread that builds it; returns a factory such as
     *     {@code parallel::aiServiceContext}, or null to build the service as without this library
     * @return closing it uninstalls the choice; services built before stay as they are
     * @throws IllegalStateException if something is installed already
     */
    public static AutoCloseable installChoice(Supplier<? extends @Nullable AiServiceContextFactory> choice) {
        Objects.requireNonNull(choice, "choice");
        return install(aiServiceClass -> {
            AiServiceContextFactory chosen = choice.get();
            return chosen == null ? createPlain(aiServiceClass) : chosen.create(aiServiceClass);
        });
    }

    /** Lets a factory make the contexts until the caller closes the result. */
    static AutoCloseable install(AiServiceContextFactory factory) {
        if (!INSTALLED.compareAndSet(null, factory)) {
            throw new IllegalStateException(
                    "another ParallelTools is installed globally; first close the AutoCloseable that"
                            + " installGlobally returned");
        }
        return () -> INSTALLED.compareAndSet(factory, null);
    }

    private static final class PlainContext extends AiServiceContext {
        PlainContext(Class<?> aiServiceClass) {
            super(aiServiceClass);
        }
    }
}
