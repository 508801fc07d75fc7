package dev.interlock.langchain4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task whose answer is a value. Immutable.
 *
 * @param <T> the type of the value
 * @param value the answer; null if there is none. If the model's text cannot be read as the type, the end is
 *     {@link TaskEnd#ERROR}, and the text is the {@linkplain TaskResult#answer() answer} of {@code result}
 * @param result everything else
 */
public record TypedTaskResult<T>(@Nullable T value, TaskResult result) {

    /** Rejects a null result. */
    public TypedTaskResult {
        Objects.requireNonNull(result, "result");
    }

    /**
     * {@return the value, for code that cannot go on without it}
     *
     * @throws IllegalStateException if there is no value; its cause is the task's error
     */
    public T orElseThrow() {
        if (value == null) {
            throw new IllegalStateException("the task gave no value; its end is " + result.end(), result.error());
        }
        return value;
    }
}
