package dev.interlock.langchain4j;

import dev.interlock.durable.RoundSuspendedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if an invocation was suspended: the model loop has left a round with pending calls. An AI service's method
 * throws it, a stream passes it to {@code onError}, and {@link ParallelTools#execute} throws it. The memory is
 * complete: it has a result for each call. The result of a call without outcome says that there is none yet.
 *
 * {@snippet :
 * try {
 *     return assistant.chat("7", "Pay the invoices of May");
 * } catch (InvocationSuspendedException e) {
 *     desk.keep(e.suspended().toJson());     // to be resumed by ParallelTools.resume, in days perhaps
 * }
 * }
 */
public final class InvocationSuspendedException extends RoundSuspendedException {

    private static final long serialVersionUID = 1L;

    /** Causes can go round in circles. */
    private static final int MAX_CAUSES = 100;

    private final transient SuspendedInvocation suspended;

    InvocationSuspendedException(SuspendedInvocation suspended) {
        super(Objects.requireNonNull(suspended, "suspended").round());
        this.suspended = suspended;
    }

    /**
     * What says in a failure that an invocation is suspended: itself, or one of its causes. Futures, and agents of
     * LangChain4j's agentic module, wrap what a service throws.
     *
     * @param failure what was thrown
     * @return null if it is another failure
     */
    public static @Nullable InvocationSuspendedException in(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof InvocationSuspendedException suspended) {
                return suspended;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /**
     * Returns the invocation as data.
     *
     * @return the invocation. Store it with {@link SuspendedInvocation#toJson}, since Java's serialization of this
     *     exception drops it
     */
    public SuspendedInvocation suspended() {
        return suspended;
    }
}
