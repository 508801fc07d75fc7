package dev.interlock.event;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool as an executor runs it: what it reads and writes, and who said so. Immutable.
 *
 * @param name the name of the tool
 * @param effects what its calls read and write
 * @param source who said so
 * @param said who said so, in words, such as {@code effects file effects.json:12, declared}
 * @param barrierReason for a tool whose calls run alone because of what is not known about it: why, in words that go on
 *     "…, so it runs alone"; otherwise null
 */
public record KnownTool(
        String name,
        Effects effects,
        EffectSource source,
        String said,
        @Nullable String barrierReason) {

    /** Rejects nulls. */
    public KnownTool {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(effects, "effects");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(said, "said");
    }
}
