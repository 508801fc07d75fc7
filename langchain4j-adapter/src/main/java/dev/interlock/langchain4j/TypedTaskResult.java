package dev.interlock.langchain4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a task that was to be answered with a value. Immutable.
 *
 * @param <T> the type of the value
 * @param value the answer; null if there is none. An answer that could not be read as the type is an
 *     {@link TaskEnd#ERROR}, with the text as the {@linkplain TaskResult#answer() answer} of {@code result}
 * @param result everything else
 */
public record TypedTaskResult<T>(@Nullable T value, TaskResult result) {

    /** Rejects a null result. */
    public TypedTaskResult {
        Objects.requireNonNull(result, "result");
    }

    /**
     * The value, for code that cannot go on without it.
     *
     * @return the value
     * @throws IllegalStateException if there is none; its cause is the task's error
     */
    public T orElseThrow() {
        if (value == null) {
            throw new IllegalStateException("the task gave no value, it ended by " + result.end(), result.error());
        }
        return value;
    }
}
