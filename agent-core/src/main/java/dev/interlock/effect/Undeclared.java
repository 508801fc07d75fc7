package dev.interlock.effect;

/** How tools are run about whose effects nothing is known. */
public enum Undeclared {
    /** Such a call is a barrier: it runs after all earlier and before all later calls of its batch. */
    SERIAL,
    /** Such a call is taken to touch nothing that others touch, as LangChain4j's own concurrent mode does. */
    PARALLEL;

    /**
     * Returns the effects that such a tool is taken to have.
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
