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
 * The contexts of this JVM whose {@link ParallelTools} serve AI services built by other code. LangChain4j has one place
 * for all of them, so one installation serves all contexts, from the first to the last. This class also knows contexts
 * that leave AI services alone, so that their services do not count as another context's.
 *
 * <p>An AI service belongs to the context whose bean the current thread creates. If the thread creates none, the
 * service belongs to the context installed last. With one context this is always right, and with several there is no
 * better answer. Thread-safe.
 */
final class InstalledContexts {

    private static final Logger log = LoggerFactory.getLogger(InstalledContexts.class);

    /** A context. */
    interface Context {

        /** Whether the context serves AI services built in it. If not, {@link #parallelTools} returns null. */
        boolean serves();

        /** The {@link ParallelTools} that serve them; null if the context leaves them alone. */
        @Nullable
        ParallelTools parallelTools();

        /** Whether the context is creating a bean of that name. */
        boolean isMaking(String bean);
    }

    /**
     * A bean that the current thread creates. The reference is weak, since a pool's thread may never come back to clean
     * up.
     *
     * @param known whether the context reports that it creates the bean; it does not report inner beans
     */
    private record Making(WeakReference<Context> context, String bean, boolean known) {

        boolean is(Context other, String name) {
            return context.refersTo(other) && bean.equals(name);
        }

        /** Whether the creation has failed, or the context is closed. Nothing else reports either. */
        boolean isOver() {
            Context of = context.get();
            return of == null || !INSTALLED.contains(of) || (known && !of.isMaking(bean));
        }
    }

    /** The innermost bean first. Finished entries stay until the thread's next bean or AI service. */
    private static final ThreadLocal<@Nullable Deque<Making>> MAKING = new ThreadLocal<>();

    /** The context installed last comes last. Changes hold the class's lock. */
    private static final List<Context> INSTALLED = new CopyOnWriteArrayList<>();

    /** Guarded by the class. Null if nothing is installed, or if the user installed something else. */
    private static @Nullable AutoCloseable off;

    private InstalledContexts() {}

    static synchronized void install(Context context) {
        INSTALLED.add(context);
        if (off == null && context.serves()) {
            try {
                off = InterlockAiServiceContextFactory.installChoice(InstalledContexts::factory);
            } catch (IllegalStateException e) {
                log.warn(
                        "AI services built by other code do not run through the ParallelTools of this context: {}."
                                + " Set interlock.install-globally=false if that is intended",
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
                log.warn("Uninstalling the global ParallelTools failed", e);
            }
            off = null;
        }
    }

    private static @Nullable AiServiceContextFactory factory() {
        ParallelTools current = current();
        return current == null ? null : current::aiServiceContext;
    }

    /** The {@link ParallelTools} for an AI service that the current thread builds now; null if none serves it. */
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

    /** Records the begin of a bean's creation, unless that is the innermost one already. Tells whether it did. */
    static boolean beginOnce(Context context, String bean) {
        Deque<Making> making = MAKING.get();
        Making innermost = making == null ? null : making.peek();
        if (innermost != null && innermost.is(context, bean)) {
            return false;
        }
        begin(context, bean);
        return true;
    }

    /** Also removes the entries inside, whose creation has failed. */
    static void end(Context context, String bean) {
        Deque<Making> making = MAKING.get();
        if (making == null) {
            return;
        }
        if (making.stream().anyMatch(each -> each.is(context, bean))) {
            while (!making.pop().is(context, bean)) {
                // An entry inside.
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

    /** The number of beans that the current thread seems to create; for tests. */
    static int depth() {
        Deque<Making> making = MAKING.get();
        return making == null ? 0 : making.size();
    }
}
