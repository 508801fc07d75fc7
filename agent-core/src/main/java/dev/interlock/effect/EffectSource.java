package dev.interlock.effect;

/** Where the effects of a tool come from; the first of these that speaks wins. */
public enum EffectSource {
    /** Set on the builder. */
    PROGRAMMATIC("set on the builder"),
    /** {@link Pure}, {@link Reads}, {@link Writes} or {@link Exclusive} on the tool's method or class. */
    ANNOTATION("annotated"),
    /** An effects file of the user's, see {@code dev.interlock.effect.file}. */
    FILE("in an effects file"),
    /** The metadata of the tool's specification. */
    METADATA("in the tool's metadata"),
    /** The catalogue of well-known MCP servers, for a trusted one. */
    CATALOGUE("in the catalogue"),
    /** The hints of a trusted MCP server. */
    MCP_HINT("hinted by its MCP server"),
    /** Name, parameter names and description of the tool. */
    INFERENCE("inferred from its name"),
    /** Nothing is known; see {@link Undeclared}. */
    UNDECLARED("undeclared");

    private final String words;

    EffectSource(String words) {
        this.words = words;
    }

    /**
     * Returns the source in words, for plan and log.
     *
     * @return for instance {@code set on the builder}
     */
    public String words() {
        return words;
    }
}
