package dev.interlock.effect.file;

import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What an effects file says about a tool, or about all tools that match a glob, and who says so. Immutable.
 *
 * {@snippet :
 * EffectsEntry entry = EffectsEntry.of("transfer")
 *         .writes("account/{from}", "account/{to}")
 *         .by(DeclaredBy.LEARNT)
 *         .calls(12)
 *         .build();
 * }
 *
 * <p>An entry may leave the effects out and only say whether a tool is idempotent.
 */
public final class EffectsEntry {

    private final ToolPattern tool;
    private final SaidEffects said;
    private final @Nullable Boolean idempotent;
    private final DeclaredBy by;
    private final @Nullable Long calls;
    private final @Nullable Long against;
    private final @Nullable String note;
    private final @Nullable String location;

    private EffectsEntry(Builder builder) {
        this.tool = builder.tool;
        this.said = builder.said();
        this.idempotent = builder.idempotent;
        this.by = builder.by;
        this.calls = builder.calls;
        this.against = builder.against;
        this.note = builder.note;
        this.location = builder.location;
    }

    /**
     * Starts an empty entry that is {@linkplain DeclaredBy#DECLARED declared}.
     *
     * @param tool the name of the tool, or a glob: {@code *} stands for any characters, {@code ?} for one
     * @return a new builder
     * @throws IllegalArgumentException if the name is blank, has white space at its ends, or contains one of the
     *     characters <code>[]{}</code>
     */
    public static Builder of(String tool) {
        return new Builder(new ToolPattern(tool));
    }

    /**
     * Returns the tool that the entry is about.
     *
     * @return a tool's name, or a glob
     */
    public String tool() {
        return tool.text();
    }

    /**
     * Tells whether the entry is about all tools that match a glob.
     *
     * @return true if {@link #tool()} is a glob
     */
    public boolean isGlob() {
        return tool.isGlob();
    }

    /**
     * Tells whether the entry is about a tool.
     *
     * @param tool the name by which the model calls the tool
     * @return true if the name equals the entry's, or matches its glob
     */
    public boolean matches(String tool) {
        return this.tool.matches(tool);
    }

    /**
     * Returns what the tool's calls read.
     *
     * @return templates, see {@link Effects}; empty if the entry does not mention reads
     */
    public List<String> reads() {
        return said.reads();
    }

    /**
     * Returns what the tool's calls write, and may read too.
     *
     * @return templates, see {@link Effects}; empty if the entry does not mention writes
     */
    public List<String> writes() {
        return said.writes();
    }

    /**
     * Tells whether the tool's calls compute from their arguments alone.
     *
     * @return true if the entry says so
     */
    public boolean isPure() {
        return said.pure();
    }

    /**
     * Returns what no other call may touch while a call of the tool runs.
     *
     * @return templates, see {@link Effects}; {@code /} if the calls are barriers; empty if the entry names none
     */
    public List<String> exclusive() {
        return said.exclusive();
    }

    /**
     * Returns the bases of relative paths in arguments, see {@link Effects#path}.
     *
     * @return the bases by the names of the parameters, unmodifiable
     */
    public Map<String, String> paths() {
        return said.paths();
    }

    /**
     * Returns the parameters in which letter case does not matter, see {@link Effects#ignoringCase}.
     *
     * @return the names of the parameters
     */
    public List<String> ignoringCase() {
        return said.ignoringCase();
    }

    /**
     * Returns the parameters whose links Interlock follows, see {@link Effects#followingLinks}.
     *
     * @return the names of the parameters
     */
    public List<String> followingLinks() {
        return said.followingLinks();
    }

    /**
     * Tells whether running a call twice has the same effect as running it once.
     *
     * @return true or false if the entry says so, empty if it does not say
     */
    public Optional<Boolean> idempotent() {
        return Optional.ofNullable(idempotent);
    }

    /**
     * Returns who made the entry.
     *
     * @return {@link DeclaredBy#DECLARED} by default
     */
    public DeclaredBy by() {
        return by;
    }

    /**
     * Returns how many observed calls support the entry.
     *
     * @return the number, empty if it was not learnt
     */
    public OptionalLong calls() {
        return calls == null ? OptionalLong.empty() : OptionalLong.of(calls);
    }

    /**
     * Returns how many observed calls contradict the entry.
     *
     * @return the number, empty if it was not learnt
     */
    public OptionalLong against() {
        return against == null ? OptionalLong.empty() : OptionalLong.of(against);
    }

    /**
     * Returns a note for readers of the file.
     *
     * @return the note, null if there is none
     */
    public @Nullable String note() {
        return note;
    }

    /**
     * Returns where the library read the entry.
     *
     * @return file and line, such as {@code effects.json:12}; null if the entry does not come from a file
     */
    public @Nullable String location() {
        return location;
    }

    /**
     * Returns the effects that the entry states.
     *
     * @return the effects; empty if the entry only says whether the tool is idempotent
     */
    public Optional<Effects> effects() {
        return said.effects();
    }

    /**
     * Tells whether another entry has the same effects and the same idempotence. Tool and author do not count, and
     * neither does the order of templates. Written and exclusive resources count as the same. Different spellings of a
     * template count as different.
     *
     * @param other the other entry
     * @return true if either entry could replace the other
     */
    public boolean saysTheSameAs(EffectsEntry other) {
        return Objects.equals(idempotent, other.idempotent) && said.isTheSameAs(other.said);
    }

    ToolPattern pattern() {
        return tool;
    }

    /**
     * Starts a changed copy.
     *
     * @return a new builder with all that this entry says, but without its {@link #location()}
     */
    public Builder toBuilder() {
        Builder builder = new Builder(tool);
        builder.add(said);
        builder.idempotent = idempotent;
        builder.by = by;
        builder.calls = calls;
        builder.against = against;
        builder.note = note;
        return builder;
    }

    /**
     * Returns the entry in words.
     *
     * @return for example {@code transfer: writes account/{from} (learnt)}
     */
    @Override
    public String toString() {
        StringJoiner words = new StringJoiner(", ", tool.text() + ": ", " (" + by.word() + ")");
        effects().ifPresent(effects -> words.add(effects.toString()));
        idempotent().ifPresent(may -> words.add(may ? "idempotent" : "not idempotent"));
        return words.toString();
    }

    /** Builds an {@link EffectsEntry}. Not thread-safe. */
    public static final class Builder extends SaidEffectsBuilder<Builder> {
        private final ToolPattern tool;
        private @Nullable Boolean idempotent;
        private DeclaredBy by = DeclaredBy.DECLARED;
        private @Nullable Long calls;
        private @Nullable Long against;
        private @Nullable String note;
        private @Nullable String location;

        private Builder(ToolPattern tool) {
            this.tool = tool;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Says whether running the tool twice with the same arguments has the same effect as running it once.
         *
         * @param idempotent false overrules an entry for more tools that says true
         * @return this
         */
        public Builder idempotent(boolean idempotent) {
            this.idempotent = idempotent;
            return this;
        }

        /**
         * Sets who makes the entry.
         *
         * @param by the author; {@link DeclaredBy#DECLARED} by default
         * @return this
         */
        public Builder by(DeclaredBy by) {
            this.by = Objects.requireNonNull(by, "by");
            return this;
        }

        /**
         * Sets how many observed calls support the entry.
         *
         * @param calls at least 0
         * @return this
         * @throws IllegalArgumentException if it is below 0
         */
        public Builder calls(long calls) {
            this.calls = notNegative("calls", calls);
            return this;
        }

        /**
         * Sets how many observed calls contradict the entry.
         *
         * @param against at least 0
         * @return this
         * @throws IllegalArgumentException if it is below 0
         */
        public Builder against(long against) {
            this.against = notNegative("against", against);
            return this;
        }

        private static long notNegative(String name, long count) {
            if (count < 0) {
                throw new IllegalArgumentException(name + " must be >= 0, was " + count);
            }
            return count;
        }

        /**
         * Sets a note for readers of the file.
         *
         * @param note the note, null for none
         * @return this
         */
        public Builder note(@Nullable String note) {
            this.note = note;
            return this;
        }

        /** Sets file and line. */
        Builder location(String location) {
            this.location = location;
            return this;
        }

        /**
         * Builds the entry.
         *
         * @return the entry
         * @throws IllegalArgumentException if the entry is pure but touches something, if it says nothing at all, or
         *     if no template takes a parameter as the entry says
         */
        public EffectsEntry build() {
            EffectsEntry entry = new EffectsEntry(this);
            if (idempotent == null && entry.effects().isEmpty()) {
                throw new IllegalArgumentException(
                        "it says nothing: add one of 'reads', 'writes', 'pure', 'exclusive' and 'idempotent'");
            }
            return entry;
        }
    }
}
