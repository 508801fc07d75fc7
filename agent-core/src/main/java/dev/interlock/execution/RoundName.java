package dev.interlock.execution;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** By what a round is known: its number in this JVM, and its id in every process that runs or keeps it. Thread-safe. */
final class RoundName {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long number = NUMBERS.incrementAndGet();

    /** The same through all suspensions and resumes; made when it is asked for. Written with this object's monitor. */
    private volatile @Nullable String id;

    /** Of which batch the round runs a part; null if it runs all of one. Written before the round begins. */
    private @Nullable BatchPart part;

    long number() {
        return number;
    }

    String id() {
        String known = id;
        if (known == null) {
            synchronized (this) {
                known = id == null ? UUID.randomUUID().toString() : id;
                id = known;
            }
        }
        return known;
    }

    /** Whether the id was made. */
    boolean hasId() {
        return id != null;
    }

    /** The round goes on by the id of an earlier one; before it begins. */
    synchronized void setId(String earlier) {
        id = earlier;
    }

    /** The round runs a part of a batch, by the id of that; before it begins. */
    synchronized void setPart(BatchPart of) {
        id = of.batch().id();
        part = of;
    }

    @Nullable
    BatchPart part() {
        return part;
    }

    /** The place in the batch of the round's call {@code index}; what is kept of the round has that. */
    int placeInBatch(int index) {
        return part == null ? index : part.placeInBatch(index);
    }
}
