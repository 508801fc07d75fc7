package dev.interlock.race;

import java.util.List;
import java.util.Set;

/** The tools that a framework offers to the model. Thread-safe. */
public interface Toolbox {

    /** Returns the tools' names. */
    Set<String> names();

    /** Runs the body of a tool. */
    String run(int step) throws Exception;

    /** Returns what the call touches, for frameworks that ask. */
    List<Touch> touches(int step);

    /** Tells whether no call of the tool writes anything, for frameworks that ask. */
    boolean onlyReads(String tool);

    /** Tells whether no call of any tool touches anything. */
    boolean independent();

    /**
     * Runs the body like {@link #run}, for interfaces without checked exceptions. After an interrupt it sets the flag
     * again, as a tool should.
     */
    default String call(int step) {
        try {
            return run(step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
