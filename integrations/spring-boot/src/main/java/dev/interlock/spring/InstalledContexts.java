package dev.interlock.spring;

import dev.interlock.langchain4j.InterlockAiServiceContextFactory;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contexts of this JVM whose {@link ParallelTools} serve the AI services that others build. LangChain4j has one place for
 * all of them, so one installation stands for all contexts, from the first to the last.
 *
 * <p>An AI service belongs to the context whose bean the current thread is making. Where it makes none, it belongs to the
 * context that was installed last: with one context there is no question, and with several there is no better answer. A context is
 * known by what gives its {@code ParallelTools}. Thread-safe.
 */
final class InstalledContexts {

    private static final Logger log = LoggerFactory.getLogger(InstalledContexts.class);

    /** A bean that the current thread is making. */
    private record Making(Supplier<@Nullable ParallelTools> context, String bean) {}

    /** The innermost first. One whose making failed stays until one around it is done, or its context is closed. */
    private static final ThreadLocal<@Nullable Deque<Making>> MAKING = new ThreadLocal<>();

    /** The last one last. Changed only while the class is locked. */
    private static final List<Supplier<@Nullable ParallelTools>> INSTALLED = new CopyOnWriteArrayList<>();

    /** Guarded by the class. Null if nothing is installed, or the user has installed something else. */
    private static @Nullable AutoCloseable off;

    private InstalledContexts() {}

    static synchronized void install(Supplier<@Nullable ParallelTools> context) {
        INSTALLED.add(context);
        if (off == null) {
            try {
                off = InterlockAiServiceContextFactory.installChoice(InstalledContexts::factory);
            } catch (IllegalStateException e) {
                log.warn(
                        "AI services that others build do not run through the ParallelTools of this context: {}."
                                + " interlock.install-globally=false says that this is as it should be",
                        e.getMessage());
            }
        }
    }

    static synchronized void uninstall(Supplier<@Nullable ParallelTools> context) {
        INSTALLED.remove(context);
        Deque<Making> making = MAKING.get();
        if (making != null) {
            forgetClosed(making);
        }
        if (INSTALLED.isEmpty() && off != null) {
            try {
                off.close();
            } catch (Exception e) {
                log.warn("Cannot uninstall", e);
            }
            off = null;
        }
    }

    private static @Nullable AiServiceContextFactory factory() {
        ParallelTools current = current();
        return current == null ? null : current::aiServiceContext;
    }

    /** Whose an AI service is that the current thread builds now; null if it is nobody's. */
    static @Nullable ParallelTools current() {
        Deque<Making> making = MAKING.get();
        if (making != null) {
            for (Making each : making) {
                if (INSTALLED.contains(each.context)) {
                    return each.context.get();
                }
            }
        }
        List<Supplier<@Nullable ParallelTools>> installed = List.copyOf(INSTALLED);
        return installed.isEmpty() ? null : installed.getLast().get();
    }

    static void begin(Supplier<@Nullable ParallelTools> context, String bean) {
        Deque<Making> making = MAKING.get();
        if (making == null) {
            making = new ArrayDeque<>();
            MAKING.set(making);
        }
        making.push(new Making(context, bean));
    }

    /** Also takes away those within, whose making has failed. */
    static void end(Supplier<@Nullable ParallelTools> context, String bean) {
        Deque<Making> making = MAKING.get();
        if (making == null) {
            return;
        }
        Making ended = new Making(context, bean);
        if (making.contains(ended)) {
            while (!making.pop().equals(ended)) {
                // One within.
            }
        }
        forgetClosed(making);
    }

    private static void forgetClosed(Deque<Making> making) {
        making.removeIf(each -> !INSTALLED.contains(each.context));
        if (making.isEmpty()) {
            MAKING.remove();
        }
    }
}
