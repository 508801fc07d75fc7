package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A tool as the engine knows it: its effects as far as known, and its body. Immutable.
 *
 * <p>Keep one definition for each tool and do not make one for each call: the engine learns from earlier calls how long
 * the tool takes.
 */
public final class ToolDefinition {

    private final String name;
    private final ToolBody body;
    private final @Nullable String description;
    private final Map<String, ParameterType> parameters;
    private final boolean parametersKnown;
    private final @Nullable Effects effects;
    private final EffectSource source;
    private final String said;
    private final ToolPolicy policy;
    private final boolean inferable;

    /**
     * The tool's bindings by executor; guarded by itself. The definition keeps them, not the executor, since a binding
     * may hold the definition through effects that are a method of the tool.
     */
    private final Map<Object, ToolBinding> bindings = new WeakHashMap<>(2);

    private ToolDefinition(Builder builder) {
        this.name = builder.name;
        this.body = builder.body;
        this.description = builder.description;
        this.parameters = Map.copyOf(builder.parameters);
        this.parametersKnown = builder.parametersKnown;
        this.effects = builder.effects;
        this.source = builder.source;
        this.said = builder.said;
        this.policy = builder.policy;
        this.inferable = builder.inferable;
    }

    /**
     * Starts a definition.
     *
     * @param name the name by which the model calls the tool
     * @param body what the tool does
     * @return a new builder
     */
    public static Builder builder(String name, ToolBody body) {
        return new Builder(name, body);
    }

    /**
     * Creates a tool with only a name and a body.
     *
     * @param name the name by which the model calls the tool
     * @param body what the tool does
     * @return the definition
     */
    public static ToolDefinition of(String name, ToolBody body) {
        return builder(name, body).build();
    }

    /**
     * Creates a tool with declared effects.
     *
     * @param name the name by which the model calls the tool
     * @param effects what it reads and writes
     * @param body what the tool does
     * @return the definition
     */
    public static ToolDefinition of(String name, Effects effects, ToolBody body) {
        return builder(name, body).effects(effects).build();
    }

    /**
     * Returns the name by which the model calls the tool.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns what the tool does.
     *
     * @return the body
     */
    public ToolBody body() {
        return body;
    }

    /**
     * Returns the description that the model gets.
     *
     * @return the description, or null
     */
    public @Nullable String description() {
        return description;
    }

    /**
     * Returns the parameters with their types.
     *
     * @return the types by name; empty if there are none or they are unknown
     */
    public Map<String, ParameterType> parameters() {
        return parameters;
    }

    /**
     * Tells whether the parameters are known. A placeholder in an effect template must then name one.
     *
     * @return true if the builder got them
     */
    public boolean parametersKnown() {
        return parametersKnown;
    }

    /**
     * Returns the tool's declared effects.
     *
     * @return the effects; null if none are declared
     */
    public @Nullable Effects effects() {
        return effects;
    }

    /**
     * Returns where the effects come from.
     *
     * @return the source; {@link EffectSource#UNDECLARED} if there are no declared effects
     */
    public EffectSource source() {
        return source;
    }

    /**
     * Returns the source of the effects in words, for plan and log.
     *
     * @return the words of the {@linkplain EffectSource#words() source}, unless the builder got others
     */
    public String said() {
        return said;
    }

    /**
     * Returns how calls of the tool run.
     *
     * @return the policy
     */
    public ToolPolicy policy() {
        return policy;
    }

    /**
     * Tells whether the library may infer effects from name, description and parameters.
     *
     * @return false for a tool with an untrusted description
     */
    public boolean inferable() {
        return inferable;
    }

    @Nullable
    ToolBinding binding(Object binder) {
        synchronized (bindings) {
            return bindings.get(binder);
        }
    }

    /** Stores a binding, unless another thread was faster. Returns the binding that counts. */
    ToolBinding keepBinding(Object binder, ToolBinding bound) {
        synchronized (bindings) {
            ToolBinding known = bindings.putIfAbsent(binder, bound);
            return known == null ? bound : known;
        }
    }

    @Override
    public String toString() {
        return "tool '" + name + "'";
    }

    /** Builds a {@link ToolDefinition}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final ToolBody body;
        private @Nullable String description;
        private final Map<String, ParameterType> parameters = new LinkedHashMap<>();
        private boolean parametersKnown;
        private @Nullable Effects effects;
        private EffectSource source = EffectSource.UNDECLARED;
        private String said = EffectSource.UNDECLARED.words();
        private ToolPolicy policy = ToolPolicy.DEFAULT;
        private boolean inferable = true;

        private Builder(String name, ToolBody body) {
            this.name = Objects.requireNonNull(name, "name");
            this.body = Objects.requireNonNull(body, "body");
        }

        /**
         * Sets the description that the model gets. The library may infer effects from it.
         *
         * @param description the description, or null
         * @return this
         */
        public Builder description(@Nullable String description) {
            this.description = description;
            return this;
        }

        /**
         * Adds a parameter. Placeholders of effect templates must then name one of the parameters.
         *
         * @param parameter its name
         * @param type its type in the schema
         * @return this
         */
        public Builder parameter(String parameter, ParameterType type) {
            parameters.put(Objects.requireNonNull(parameter, "parameter"), Objects.requireNonNull(type, "type"));
            parametersKnown = true;
            return this;
        }

        /**
         * Sets all parameters of the tool, maybe none.
         *
         * @param all the types by name
         * @return this
         */
        public Builder parameters(Map<String, ParameterType> all) {
            all.forEach(this::parameter);
            parametersKnown = true;
            return this;
        }

        /**
         * Declares what the tool reads and writes.
         *
         * @param effects the effects
         * @return this
         */
        public Builder effects(Effects effects) {
            return effects(effects, EffectSource.PROGRAMMATIC);
        }

        /**
         * Declares what the tool reads and writes, with the source.
         *
         * @param effects the effects
         * @param source their source
         * @return this
         */
        public Builder effects(Effects effects, EffectSource source) {
            return effects(effects, source, source.words());
        }

        /**
         * Declares what the tool reads and writes, with the source and its words.
         *
         * @param effects the effects
         * @param source their source
         * @param said the source in words, for plan and log
         * @return this
         */
        public Builder effects(Effects effects, EffectSource source, String said) {
            this.effects = Objects.requireNonNull(effects, "effects");
            this.source = Objects.requireNonNull(source, "source");
            this.said = Objects.requireNonNull(said, "said");
            return this;
        }

        /**
         * Sets how calls of the tool run.
         *
         * @param policy the policy
         * @return this
         */
        public Builder policy(ToolPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets whether the library may infer effects if none are declared; true by default.
         *
         * @param inferable false for a tool with an untrusted description
         * @return this
         */
        public Builder inferable(boolean inferable) {
            this.inferable = inferable;
            return this;
        }

        /**
         * Builds the definition.
         *
         * @return the definition
         * @throws IllegalArgumentException if the parameters are known and a placeholder of a template names none of
         *     them; the message names tool, template and placeholder
         */
        public ToolDefinition build() {
            if (effects != null && parametersKnown) {
                effects.validate(name, parameters.keySet());
            }
            return new ToolDefinition(this);
        }
    }
}
