package dev.interlock.effect;

/** Where a tool's effects come from. The first source in this order that speaks wins. */
public enum EffectSource {
    /** The builder. */
    PROGRAMMATIC("set on the builder"),
    /**
     * An annotation on the tool's method or class: {@link Pure}, {@link Reads}, {@link Writes} or {@link Exclusive}.
     */
    ANNOTATION("annotated"),
    /** An effects file that the user gave, see {@code dev.interlock.effect.file}. */
    FILE("in an effects file"),
    /** The metadata in the tool's specification. */
    METADATA("in the tool's metadata"),
    /** The catalogue of well-known MCP servers, for a server that the user trusts. */
    CATALOGUE("in the catalogue"),
    /** The hints of an MCP server that the user trusts. */
    MCP_HINT("hinted by its MCP server"),
    /** The tool's name, parameter names and description. */
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
     * @return for example {@code set on the builder}
     */
    public String words() {
        return words;
    }
}
