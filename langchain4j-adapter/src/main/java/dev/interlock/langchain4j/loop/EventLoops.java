package dev.interlock.langchain4j.loop;

import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises threads that must not block: those of Reactor's non-blocking schedulers and of the event loops of Netty
 * and Vert.x. It knows them by their classes' names, so these libraries may be absent.
 */
public final class EventLoops {

    /** What of a class of threads is an event loop. */
    private enum Kind {
        NONE,
        ALL,
        /** Those that do not permit to be blocked. */
        OF_NETTY,
        /** Those that are no workers. */
        OF_VERTX
    }

    private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

    private static final AtomicBoolean warned = new AtomicBoolean();

    private static final String REACTOR = "reactor.core.scheduler.NonBlocking";

    /** Also where it has been moved into another library. */
    private static final String NETTY = "netty.util.concurrent.FastThreadLocalThread";

    private static final String VERTX = "io.vertx.core.impl.VertxThread";

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            return kindOf(type);
        }
    };

    private EventLoops() {}

    /**
     * Whether the current thread must not be blocked.
     *
     * @return false if it may, or nothing is known of it
     */
    public static boolean isCurrent() {
        Thread thread = Thread.currentThread();
        return switch (KINDS.get(thread.getClass())) {
            case NONE -> false;
            case ALL -> true;
            case OF_NETTY -> !says(thread, "permitBlockingCalls");
            case OF_VERTX -> !says(thread, "isWorker");
        };
    }

    /**
     * The current thread is about to wait for calls, and gives the results to its caller, so no other thread can wait
     * in its place: if it must not be blocked, that is said in the log, once. LangChain4j blocks it as well, while it
     * asks the model.
     */
    public static void warnIfCurrent() {
        if (isCurrent() && !warned.getAndSet(true)) {
            log.warn(
                    "Event-loop thread '{}' waits for tools and so blocks its event loop: call the service"
                            + " on a thread that may"
                            + " block, or let it stream its answer",
                    Thread.currentThread().getName());
        }
    }

    private static Kind kindOf(Class<?> threads) {
        boolean netty = false;
        for (Class<?> type = threads; type != null; type = type.getSuperclass()) {
            for (Class<?> each : type.getInterfaces()) {
                if (each.getName().equals(REACTOR)) {
                    return Kind.ALL;
                }
            }
            if (type.getName().equals(VERTX)) {
                return Kind.OF_VERTX;
            }
            netty |= type.getName().endsWith(NETTY);
        }
        return netty ? Kind.OF_NETTY : Kind.NONE;
    }

    /** False where a version of the library does not have the question. */
    private static boolean says(Thread thread, String question) {
        @Nullable Object answer;
        try {
            Method method = thread.getClass().getMethod(question);
            method.setAccessible(true);
            answer = method.invoke(thread);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
        return Boolean.TRUE.equals(answer);
    }
}
