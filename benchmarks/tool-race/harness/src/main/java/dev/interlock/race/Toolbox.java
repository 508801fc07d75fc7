package dev.interlock.race;

import java.util.List;
import java.util.Set;

/** The tools, for a framework to offer. Thread-safe. */
public interface Toolbox {

    /** Their names. */
    Set<String> names();

    /** The body of a tool. */
    String run(int step) throws Exception;

    /** What the call touches, for frameworks that ask. */
    List<Touch> touches(int step);

    /** Whether no call of the tool writes anything, for frameworks that ask this of a tool. */
    boolean onlyReads(String tool);

    /** Whether no call of any of them touches anything. */
    boolean independent();

    /**
     * As {@link #run}, for interfaces without checked exceptions. An interrupt leaves as a tool's author should have it: the
     * flag is set again.
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
