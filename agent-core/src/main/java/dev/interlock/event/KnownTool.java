package dev.interlock.event;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool as an executor runs it, with its effects and their source. Immutable.
 *
 * @param name the name of the tool
 * @param effects what the tool's calls read and write
 * @param source where the effects come from
 * @param said the source in words, such as {@code effects file effects.json:12, declared}
 * @param barrierReason for a tool whose calls run alone because too little is known about it: why, in words that fit
 *     before ", so it runs alone"; otherwise null
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
