package dev.interlock.springai;

import dev.interlock.effect.Effects;
import java.util.Objects;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * Metadata that say what a tool reads and writes, for tools built in code. Annotations of the tool's method, the
 * manager's builder and effects files win over it. Immutable.
 *
 * {@snippet :
 * ToolCallback forecast = FunctionToolCallback.builder("forecast", weather::forecast)
 *         .inputType(City.class)
 *         .toolMetadata(EffectsMetadata.of(Effects.reads("weather/{city}")))
 *         .build();
 * }
 *
 * @param effects what the tool reads and writes
 * @param returnDirect whether the tool's result goes to the user and not to the model
 */
public record EffectsMetadata(Effects effects, boolean returnDirect) implements ToolMetadata {

    /** Rejects null. */
    public EffectsMetadata {
        Objects.requireNonNull(effects, "effects");
    }

    /**
     * Creates the metadata of a tool whose result goes to the model.
     *
     * @param effects what the tool reads and writes
     * @return the metadata
     */
    public static EffectsMetadata of(Effects effects) {
        return new EffectsMetadata(effects, false);
    }
}
