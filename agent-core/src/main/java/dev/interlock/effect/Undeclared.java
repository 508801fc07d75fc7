package dev.interlock.effect;

/** How the library runs tools with unknown effects. */
public enum Undeclared {
    /** Such a call is a barrier: it runs after all earlier and before all later calls of its batch. */
    SERIAL,
    /**
     * The library assumes that such a call touches nothing that others touch. LangChain4j's own concurrent mode assumes
     * this for every tool.
     */
    PARALLEL;

    /**
     * Returns the effects that the library assumes for such a tool.
     *
     * @return {@link Effects#exclusive()} or {@link Effects#pure()}
     */
    public Effects effects() {
        return switch (this) {
            case SERIAL -> Effects.exclusive();
            case PARALLEL -> Effects.pure();
        };
    }
}
