package dev.interlock.compatibility;

import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundEvent;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives every AI service that LangChain4j's tests build a context of Interlock's, and counts them.
 *
 * <p>LangChain4j asks the first factory on the class path. That is this one, since Surefire puts the test classes
 * first; were it another, the count would stay 0 and {@link CompatibilityGuardTest} fail.
 */
public final class InterlockContextFactory implements AiServiceContextFactory {

    // Static, since each look-up of the factories makes an instance.
    private static final boolean INTERLOCK =
            System.getProperty("interlock.compat.engine").equals("interlock");
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final ThreadLocal<Boolean> CREATING = ThreadLocal.withInitial(() -> false);
    private static final ParallelTools PARALLEL = parallelTools();

    @Override
    public AiServiceContext create(Class<?> aiServiceClass) {
        if (!INTERLOCK) {
            return counted(new PlainContext(aiServiceClass));
        }
        // Interlock builds on the context of the next factory on the class path, which for it is this one again.
        boolean askedByLangChain4j = !CREATING.get();
        CREATING.set(true);
        try {
            AiServiceContext context = PARALLEL.aiServiceContext(aiServiceClass);
            return askedByLangChain4j ? counted(context) : context;
        } finally {
            CREATING.set(!askedByLangChain4j);
        }
    }

    private static AiServiceContext counted(AiServiceContext context) {
        RunRecord.count(RunRecord.CONTEXT + context.toolService.getClass().getName());
        return context;
    }

    private static ParallelTools parallelTools() {
        ParallelTools.Builder builder = ParallelTools.builder(); // as it is by default, unless told otherwise
        Undeclared undeclared = Undeclared.valueOf(System.getProperty("interlock.compat.undeclared"));
        if (undeclared != Undeclared.SERIAL) {
            builder.undeclared(undeclared);
        }
        if (Boolean.getBoolean("interlock.compat.adverse")) {
            builder.listener(InterlockContextFactory::observe)
                    .timeout(Duration.ofMinutes(1)) // a call with a limit never runs on the caller's thread
                    .threadFactory(InterlockContextFactory::laterThanTheNext);
        }
        return builder.build();
    }

    private static void observe(RoundEvent event) {
        RunRecord.count(RunRecord.EVENT + event.getClass().getSimpleName());
    }

    /** Of eight threads made in a row the last begins first: nothing may pass since a scheduler was kind. */
    private static Thread laterThanTheNext(Runnable body) {
        Duration delay = Duration.ofMillis(7 - THREADS.getAndIncrement() % 8);
        return Thread.ofVirtual().unstarted(() -> {
            LockSupport.parkNanos(delay.toNanos());
            body.run();
        });
    }

    private static final class PlainContext extends AiServiceContext {

        PlainContext(Class<?> aiServiceClass) {
            super(aiServiceClass);
        }
    }
}
