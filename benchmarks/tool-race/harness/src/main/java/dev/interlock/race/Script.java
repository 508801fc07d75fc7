package dev.interlock.race;

import java.util.List;
import java.util.function.Function;

/**
 * The script of the model: it answers a user's message with one batch of calls, and their results with a text. One
 * conversation at a time; its parts may run on any threads.
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
     * Returns the model's first response in a framework's own classes. All conversations with the same batch share it,
     * so that the race measures the framework.
     *
     * @param <R> the class of the response
     * @param make creates it
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
     * Returns the model's second response.
     *
     * @param results the results that the model gets, in order
     */
    public synchronized String answer(List<Shown> results) {
        shown = List.copyOf(results);
        answers++;
        return ANSWER;
    }

    List<Shown> shown() {
        return shown;
    }

    /** How many times the model got results. */
    int answers() {
        return answers;
    }
}
