package dev.interlock.langchain4j;

import static org.awaitility.Awaitility.await;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/** Waits for the garbage collector. */
final class Garbage {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private Garbage() {}

    static void awaitCollectionOf(Collection<? extends Reference<?>> references) {
        awaitCollection(() -> references.stream().allMatch(reference -> reference.refersTo(null)));
    }

    static void awaitCollection(BooleanSupplier done) {
        await().atMost(LIMIT).pollDelay(Duration.ZERO).until(() -> {
            System.gc();
            return done.getAsBoolean();
        });
    }
}
