package dev.interlock.race;

/** A framework's agent, ready to talk. */
public interface Agent extends AutoCloseable {

    /** Holds a conversation without memory of earlier ones; returns the model's last word. */
    String chat(String message) throws Exception;

    /**
     * Cancels the current conversation in the framework's own way.
     *
     * @param thread the thread inside {@link #chat}
     */
    default void cancel(Thread thread) {
        thread.interrupt();
    }

    @Override
    default void close() {}
}
