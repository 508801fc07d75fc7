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

    /** The libraries whose threads may be event loops. */
    private enum Kind {
        NONE,
        ALL,
        /** Threads that do not permit blocking. */
        OF_NETTY,
        /** Threads that are not workers. */
        OF_VERTX
    }

    private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

    private static final AtomicBoolean warned = new AtomicBoolean();

    private static final String REACTOR = "reactor.core.scheduler.NonBlocking";

    /** The end of the class's name, which also matches copies relocated into other libraries. */
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
     * Tells whether the current thread must not block.
     *
     * @return false if it may block or is unknown
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
     * Logs a warning, once, if the current thread must not block but is about to wait for calls. It returns the results
     * to its caller, so no other thread can wait in its place. LangChain4j also blocks this thread while it asks the
     * model.
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

    /** Asks the thread by reflection; false if this version of the library lacks the method. */
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
