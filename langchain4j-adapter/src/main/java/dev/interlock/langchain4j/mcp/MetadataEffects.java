package dev.interlock.langchain4j.mcp;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolSpecification;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the effects in the metadata of a tool's specification. The author of a tool built in code puts them there. */
public final class MetadataEffects {

    /**
     * The key in {@link ToolSpecification#metadata()}. The value is a map from "reads" and "writes" to lists of
     * templates, and from "paths", "ignoringCase" and "followingLinks" to what {@link Effects} says of parameters.
     */
    public static final String KEY = "dev.interlock/effects";

    private static final String READS = "reads";
    private static final String WRITES = "writes";
    private static final String PATHS = "paths";
    private static final String IGNORING_CASE = "ignoringCase";
    private static final String FOLLOWING_LINKS = "followingLinks";
    private static final List<String> KEYS = List.of(READS, WRITES, PATHS, IGNORING_CASE, FOLLOWING_LINKS);

    private MetadataEffects() {}

    /**
     * Returns the declared effects.
     *
     * @param specification the tool's specification
     * @return the effects; empty if the metadata declare none
     * @throws IllegalArgumentException if the value is not a map from {@code reads} and {@code writes} to lists of
     *     templates, with an optional {@code paths}: a map from parameters to the base of their relative paths, and
     *     optional lists of parameters {@code ignoringCase} and {@code followingLinks}
     */
    public static Optional<Effects> of(ToolSpecification specification) {
        Object declared = specification.metadata().get(KEY);
        if (declared == null) {
            return Optional.empty();
        }
        if (!(declared instanceof Map<?, ?> map)
                || !map.keySet().stream().allMatch(key -> key instanceof String text && KEYS.contains(text))) {
            throw new IllegalArgumentException("metadata '" + KEY + "' of tool '" + specification.name()
                    + "' must be a map with keys of " + KEYS + ", was " + declared);
        }
        String[] reads = strings(specification, READS, map.get(READS));
        String[] writes = strings(specification, WRITES, map.get(WRITES));
        Effects effects = reads.length == 0 ? Effects.pure() : Effects.reads(reads);
        Effects all = writes.length == 0 ? effects : effects.and(Effects.writes(writes));
        Effects changed = withBases(specification, all, map.get(PATHS));
        for (String parameter : strings(specification, IGNORING_CASE, map.get(IGNORING_CASE))) {
            changed = changed.ignoringCase(parameter);
        }
        for (String parameter : strings(specification, FOLLOWING_LINKS, map.get(FOLLOWING_LINKS))) {
            changed = changed.followingLinks(parameter);
        }
        return Optional.of(changed);
    }

    private static Effects withBases(ToolSpecification specification, Effects effects, @Nullable Object paths) {
        if (paths == null) {
            return effects;
        }
        if (!(paths instanceof Map<?, ?> bases)
                || !bases.keySet().stream().allMatch(String.class::isInstance)
                || !bases.values().stream().allMatch(String.class::isInstance)) {
            throw new IllegalArgumentException("'" + PATHS + "' in metadata '" + KEY + "' of tool '"
                    + specification.name() + "' must be a map from parameters to absolute paths, was " + paths);
        }
        Effects result = effects;
        for (Map.Entry<?, ?> base : bases.entrySet()) {
            result = result.path((String) base.getKey(), (String) base.getValue());
        }
        return result;
    }

    private static String[] strings(ToolSpecification specification, String key, @Nullable Object value) {
        if (value == null) {
            return new String[0];
        }
        if (!(value instanceof Collection<?> texts) || !texts.stream().allMatch(String.class::isInstance)) {
            throw new IllegalArgumentException("'" + key + "' in metadata '" + KEY + "' of tool '"
                    + specification.name() + "' must be a list of strings, was " + value);
        }
        return texts.stream().map(String.class::cast).toArray(String[]::new);
    }
}
