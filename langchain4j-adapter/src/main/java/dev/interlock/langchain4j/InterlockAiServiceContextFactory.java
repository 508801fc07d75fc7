package dev.interlock.langchain4j;

import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Found by LangChain4j on the class path: makes the contexts of all AI services. While nothing is installed it leaves
 * that to the next factory, or to LangChain4j. Thread-safe.
 */
public final class InterlockAiServiceContextFactory implements AiServiceContextFactory {

    private static final AtomicReference<@Nullable AiServiceContextFactory> INSTALLED = new AtomicReference<>();

    /** Set while the current thread asks other factories. */
    private static final ThreadLocal<@Nullable Boolean> ASKING_OTHERS = new ThreadLocal<>();

    /** For LangChain4j, which finds this class as a service. */
    public InterlockAiServiceContextFactory() {}

    @Override
    public AiServiceContext create(Class<?> aiServiceClass) {
        AiServiceContextFactory installed = INSTALLED.get();
        return installed == null ? createPlain(aiServiceClass) : installed.create(aiServiceClass);
    }

    /**
     * The context as it would be without this library: of the next factory, or LangChain4j's own. A factory that itself
     * asks a {@link ParallelTools} for the context gets LangChain4j's.
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
     * For integrations that host several applications in one JVM, each with a {@link ParallelTools} of its own: has the one
     * make the context of an AI service whose application builds it.
     *
     * @param choice asked for each AI service that is built, on the thread that builds it, such as for
     *     {@code parallel::aiServiceContext}; null leaves the service as it would be without this library
     * @return uninstalls it; services built before keep what they have
     * @throws IllegalStateException if something is installed already
     */
    public static AutoCloseable installChoice(Supplier<? extends @Nullable AiServiceContextFactory> choice) {
        Objects.requireNonNull(choice, "choice");
        return install(aiServiceClass -> {
            AiServiceContextFactory chosen = choice.get();
            return chosen == null ? createPlain(aiServiceClass) : chosen.create(aiServiceClass);
        });
    }

    /** Has another make the contexts, until what this gives is closed. */
    static AutoCloseable install(AiServiceContextFactory factory) {
        if (!INSTALLED.compareAndSet(null, factory)) {
            throw new IllegalStateException(
                    "another ParallelTools is installed globally; close what installGlobally gave");
        }
        return () -> INSTALLED.compareAndSet(factory, null);
    }

    private static final class PlainContext extends AiServiceContext {
        PlainContext(Class<?> aiServiceClass) {
            super(aiServiceClass);
        }
    }
}
