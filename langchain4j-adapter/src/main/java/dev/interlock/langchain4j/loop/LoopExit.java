package dev.interlock.langchain4j.loop;

import java.util.Objects;

/**
 * Carries a failure that must leave the model loop through LangChain4j's {@code catch (Exception)}, which would turn it
 * into a tool's error. It never leaves the adapter.
 */
public final class LoopExit extends Error {

    private static final long serialVersionUID = 1L;

    /** The exception that must leave; not null. */
    private final Throwable leaving;

    /**
     * Wraps an exception.
     *
     * @param leaving the exception that must leave
     */
    public LoopExit(Throwable leaving) {
        super(null, leaving, false, false);
        this.leaving = Objects.requireNonNull(leaving, "leaving");
    }

    /** {@return the wrapped exception} */
    public Throwable leaving() {
        return leaving;
    }

    /**
     * Throws the wrapped exception unchanged.
     *
     * @return nothing, so that callers can throw it
     */
    public RuntimeException unwrap() {
        throw Sneaky.<RuntimeException>sneaky(leaving);
    }

    /**
     * Throws checked exceptions undeclared: LangChain4j's handlers are user code, perhaps in a language without checked
     * exceptions.
     */
    private static final class Sneaky {
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        static <T extends Throwable> T sneaky(Throwable error) throws T {
            throw (T) error;
        }
    }
}
