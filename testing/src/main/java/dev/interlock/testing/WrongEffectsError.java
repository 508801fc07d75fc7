package dev.interlock.testing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A check has found declared effects that are wrong. Its message is the {@link Clash} as text. */
public final class WrongEffectsError extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Clash clash;

    WrongEffectsError(Clash clash) {
        super(clash.toString());
        this.clash = clash;
    }

    /**
     * What was found.
     *
     * @return the clash
     * @throws NullPointerException if the error was serialized
     */
    public Clash clash() {
        return Objects.requireNonNull(clash, "the error was serialized, its message has all of it");
    }
}
