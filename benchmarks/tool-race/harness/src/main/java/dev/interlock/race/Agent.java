package dev.interlock.race;

/** A framework's agent, ready to talk. */
public interface Agent extends AutoCloseable {

    /** Holds a conversation without memory of earlier ones; gives the model's last word. */
    String chat(String message) throws Exception;

    /**
     * Cancels the conversation that goes on, in the way that the framework offers.
     *
     * @param thread the one within {@link #chat}
     */
    default void cancel(Thread thread) {
        thread.interrupt();
    }

    @Override
    default void close() {}
}
