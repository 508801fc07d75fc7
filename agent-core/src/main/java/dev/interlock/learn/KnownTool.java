package dev.interlock.learn;

import dev.interlock.effect.EffectInference;
import dev.interlock.effect.ParameterType;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a tool's specification that help to learn. Immutable.
 *
 * @param name the tool's name
 * @param description the tool's description; null or blank if it has none
 * @param parameters the types of all its parameters, by name
 */
public record KnownTool(String name, @Nullable String description, Map<String, ParameterType> parameters) {

    /** Copies the map, rejects nulls. */
    public KnownTool {
        Objects.requireNonNull(name, "name");
        parameters = Map.copyOf(parameters);
    }

    EffectInference.Answer inferred() {
        return EffectInference.infer(name, description, parameters);
    }
}
