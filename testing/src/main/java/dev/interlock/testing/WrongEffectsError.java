package dev.interlock.testing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A check has found wrong effects. The message is the {@link Clash} as text. */
public final class WrongEffectsError extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Clash clash;

    WrongEffectsError(Clash clash) {
        super(clash.toString());
        this.clash = clash;
    }

    /**
     * {@return what the check found}
     *
     * @throws NullPointerException if the error has been serialized
     */
    public Clash clash() {
        return Objects.requireNonNull(clash, "the error was serialized and lost its clash; its message has all of it");
    }
}
