package dev.interlock.spring;

import dev.interlock.langchain4j.InterlockAiServiceContextFactory;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contexts of this JVM whose {@link ParallelTools} serve the AI services that others build. LangChain4j has one place for
 * all of them, so one installation stands for all contexts, from the first to the last. Contexts that leave AI services alone
 * are known as well, so that theirs are not taken for those of another context.
 *
 * <p>An AI service belongs to the context whose bean the current thread is making. Where it makes none, it belongs to the
 * context that was installed last: with one context there is no question, and with several there is no better answer.
 * Thread-safe.
 */
final class InstalledContexts {

    private static final Logger log = LoggerFactory.getLogger(InstalledContexts.class);

    /** A context as it is known here. */
    interface Context {

        /** Whether AI services that are built in it are served; if not, {@link #parallelTools} gives null. */
        boolean serves();

        /** What serves them; null if they are left alone. */
        @Nullable
        ParallelTools parallelTools();

        /** Whether it makes a bean of that name. */
        boolean isMaking(String bean);
    }

    /**
     * A bean that the current thread is making. Held weakly, since a thread of a pool may never come back to clean up.
     *
     * @param known whether the context says of the bean that it makes it; it does not of inner ones
     */
    private record Making(WeakReference<Context> context, String bean, boolean known) {

        boolean is(Context other, String name) {
            return context.refersTo(other) && bean.equals(name);
        }

        /** Whether its making has failed, or its context is closed: nothing else tells of either. */
        boolean isOver() {
            Context of = context.get();
            return of == null || !INSTALLED.contains(of) || (known && !of.isMaking(bean));
        }
    }

    /** The innermost first. Those that are over stay until the thread's next bean, or AI service. */
    private static final ThreadLocal<@Nullable Deque<Making>> MAKING = new ThreadLocal<>();

    /** The last one last. Changed only while the class is locked. */
    private static final List<Context> INSTALLED = new CopyOnWriteArrayList<>();

    /** Guarded by the class. Null if nothing is installed, or the user has installed something else. */
    private static @Nullable AutoCloseable off;

    private InstalledContexts() {}

    static synchronized void install(Context context) {
        INSTALLED.add(context);
        if (off == null && context.serves()) {
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

    static synchronized void uninstall(Context context) {
        INSTALLED.remove(context);
        Deque<Making> making = MAKING.get();
        if (making != null) {
            forget(making);
        }
        if (off != null && INSTALLED.stream().noneMatch(Context::serves)) {
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
            forget(making);
            for (Making each : making) {
                Context context = each.context.get();
                if (context != null) {
                    return context.parallelTools();
                }
            }
        }
        List<Context> installed = List.copyOf(INSTALLED);
        return installed.isEmpty() ? null : installed.getLast().parallelTools();
    }

    static void begin(Context context, String bean) {
        Deque<Making> making = MAKING.get();
        if (making == null) {
            making = new ArrayDeque<>();
        } else {
            making.removeIf(Making::isOver);
        }
        making.push(new Making(new WeakReference<>(context), bean, context.isMaking(bean)));
        MAKING.set(making);
    }

    /** Unless it has begun, and nothing within it has; tells whether it did. */
    static boolean beginOnce(Context context, String bean) {
        Deque<Making> making = MAKING.get();
        Making innermost = making == null ? null : making.peek();
        if (innermost != null && innermost.is(context, bean)) {
            return false;
        }
        begin(context, bean);
        return true;
    }

    /** Also takes away those within, whose making has failed. */
    static void end(Context context, String bean) {
        Deque<Making> making = MAKING.get();
        if (making == null) {
            return;
        }
        if (making.stream().anyMatch(each -> each.is(context, bean))) {
            while (!making.pop().is(context, bean)) {
                // One within.
            }
        }
        forget(making);
    }

    private static void forget(Deque<Making> making) {
        making.removeIf(Making::isOver);
        if (making.isEmpty()) {
            MAKING.remove();
        }
    }

    /** How many beans the current thread is thought to make; for tests. */
    static int depth() {
        Deque<Making> making = MAKING.get();
        return making == null ? 0 : making.size();
    }
}
