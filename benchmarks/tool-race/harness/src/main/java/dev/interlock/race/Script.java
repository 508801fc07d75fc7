package dev.interlock.race;

import java.util.List;
import java.util.function.Function;

/**
 * What the scripted model says: to a user's message one batch of calls, to their results a text. One conversation at a
 * time; its parts may run on any threads.
 */
public final class Script {

    /** The model's last word. */
    public static final String ANSWER = "done";

    private volatile List<Call> calls = List.of();
    private volatile Object response;
    private volatile List<Shown> shown = List.of();
    private volatile int answers;

    void begin(List<Call> batch) {
        calls = batch;
        response = null;
        shown = List.of();
        answers = 0;
    }

    /**
     * The model's first response in a framework's own classes. It is made once for all conversations with the same batch,
     * so that what is measured is the framework.
     *
     * @param <R> its class
     * @param make makes it
     */
    @SuppressWarnings("unchecked")
    public <R> R batch(Function<List<Call>, R> make) {
        Object made = response;
        if (made == null) {
            made = make.apply(calls);
            response = made;
        }
        return (R) made;
    }

    /**
     * The model's second response.
     *
     * @param results what the model is shown, in that order
     */
    public synchronized String answer(List<Shown> results) {
        shown = List.copyOf(results);
        answers++;
        return ANSWER;
    }

    List<Shown> shown() {
        return shown;
    }

    /** How often the model was shown results. */
    int answers() {
        return answers;
    }
}
