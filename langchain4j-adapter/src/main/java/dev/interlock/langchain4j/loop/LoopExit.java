package dev.interlock.langchain4j.loop;

import java.util.Objects;

/**
 * Carries a failure that must leave the model loop through LangChain4j's {@code catch (Exception)}, which would turn it
 * into a tool's error. It never leaves the adapter.
 */
public final class LoopExit extends Error {

    private static final long serialVersionUID = 1L;

    /** What must leave; not null. */
    private final Throwable leaving;

    /**
     * Carries a throwable.
     *
     * @param leaving what must leave
     */
    public LoopExit(Throwable leaving) {
        super(null, leaving, false, false);
        this.leaving = Objects.requireNonNull(leaving, "leaving");
    }

    /**
     * What is carried.
     *
     * @return the throwable
     */
    public Throwable leaving() {
        return leaving;
    }

    /**
     * Throws what is carried, as it is.
     *
     * @return nothing, so that callers can throw it
     */
    public RuntimeException unwrap() {
        throw Sneaky.<RuntimeException>sneaky(leaving);
    }

    /** LangChain4j's handlers are user's code, and can throw checked exceptions from other languages. */
    private static final class Sneaky {
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        static <T extends Throwable> T sneaky(Throwable error) throws T {
            throw (T) error;
        }
    }
}
