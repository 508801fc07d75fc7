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
 * A tool as the engine knows it: what is known of its effects, and what it does. Immutable.
 *
 * <p>Keep one definition a tool rather than making one a call: the engine learns from its earlier calls how long it
 * takes.
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
     * As executors have bound it, by what they bind with; guarded by itself. They are kept here, and not by the executor, since a binding may hold
     * the definition through effects that are a method of the tool.
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
     * @param body what it does
     * @return a new builder
     */
    public static Builder builder(String name, ToolBody body) {
        return new Builder(name, body);
    }

    /**
     * A tool of which only name and body are known.
     *
     * @param name the name by which the model calls the tool
     * @param body what it does
     * @return the definition
     */
    public static ToolDefinition of(String name, ToolBody body) {
        return builder(name, body).build();
    }

    /**
     * A tool with declared effects.
     *
     * @param name the name by which the model calls the tool
     * @param effects what it reads and writes
     * @param body what it does
     * @return the definition
     */
    public static ToolDefinition of(String name, Effects effects, ToolBody body) {
        return builder(name, body).effects(effects).build();
    }

    /**
     * The name by which the model calls the tool.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * What the tool does.
     *
     * @return the body
     */
    public ToolBody body() {
        return body;
    }

    /**
     * What the model is told about the tool.
     *
     * @return the description, or null
     */
    public @Nullable String description() {
        return description;
    }

    /**
     * The parameters with their types.
     *
     * @return types by name; empty if there are none or they are not known
     */
    public Map<String, ParameterType> parameters() {
        return parameters;
    }

    /**
     * Whether the parameters are known, so that a placeholder in an effect template must name one.
     *
     * @return true if they were given to the builder
     */
    public boolean parametersKnown() {
        return parametersKnown;
    }

    /**
     * What the tool was declared to read and write.
     *
     * @return the effects, or null if nothing was declared
     */
    public @Nullable Effects effects() {
        return effects;
    }

    /**
     * Who declared the effects.
     *
     * @return {@link EffectSource#UNDECLARED} if nobody did
     */
    public EffectSource source() {
        return source;
    }

    /**
     * Who declared the effects, in words for plan and log.
     *
     * @return those of the {@linkplain EffectSource#words() source}, unless others were given
     */
    public String said() {
        return said;
    }

    /**
     * How calls of the tool are run.
     *
     * @return the policy
     */
    public ToolPolicy policy() {
        return policy;
    }

    /**
     * Whether effects may be inferred from name, description and parameters.
     *
     * @return false for a tool whose description is not trusted
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

    /** Keeps a binding, unless another thread was faster; gives the one that counts. */
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
         * Sets what the model is told about the tool; effects may be inferred from it.
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
         * Adds all parameters there are, possibly none.
         *
         * @param all types by name
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
         * Declares what the tool reads and writes, and says where that came from.
         *
         * @param effects the effects
         * @param source their source
         * @return this
         */
        public Builder effects(Effects effects, EffectSource source) {
            return effects(effects, source, source.words());
        }

        /**
         * Declares what the tool reads and writes, and says more exactly where that came from.
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
         * Sets how calls of the tool are run.
         *
         * @param policy the policy
         * @return this
         */
        public Builder policy(ToolPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets whether effects may be inferred where none are declared; true by default.
         *
         * @param inferable false for a tool whose description is not trusted
         * @return this
         */
        public Builder inferable(boolean inferable) {
            this.inferable = inferable;
            return this;
        }

        /**
         * Makes the definition.
         *
         * @return the definition
         * @throws IllegalArgumentException if parameters are known and a template of the effects names none of them; the
         *     message has tool, template and placeholder
         */
        public ToolDefinition build() {
            if (effects != null && parametersKnown) {
                effects.validate(name, parameters.keySet());
            }
            return new ToolDefinition(this);
        }
    }
}
