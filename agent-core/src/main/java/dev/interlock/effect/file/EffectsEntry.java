package dev.interlock.effect.file;

import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What an effects file says of a tool, or of all whose names match a glob, and who said so. Immutable.
 *
 * {@snippet :
 * EffectsEntry entry = EffectsEntry.of("transfer").writes("account/{from}", "account/{to}").by(DeclaredBy.LEARNT).calls(12).build();
 * }
 *
 * <p>An entry may say of the effects nothing, and only that a tool is idempotent.
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
        this.said = new SaidEffects(builder.reads, builder.writes, builder.exclusive, builder.pure);
        this.idempotent = builder.idempotent;
        this.by = builder.by;
        this.calls = builder.calls;
        this.against = builder.against;
        this.note = builder.note;
        this.location = builder.location;
    }

    /**
     * Starts an entry that is {@linkplain DeclaredBy#DECLARED declared} and says nothing yet.
     *
     * @param tool the name of the tool, or a glob: {@code *} stands for any characters, {@code ?} for one
     * @return a new builder
     * @throws IllegalArgumentException if it is blank, or has white space at its ends or one of the characters
     *     <code>[]{}</code>
     */
    public static Builder of(String tool) {
        return new Builder(new ToolPattern(tool));
    }

    /**
     * Which tools it is about.
     *
     * @return the name of one, or a glob
     */
    public String tool() {
        return tool.text();
    }

    /**
     * Whether it is about all tools whose names match.
     *
     * @return true if the tool is given by a glob
     */
    public boolean isGlob() {
        return tool.isGlob();
    }

    /**
     * Tells whether it is about a tool.
     *
     * @param tool the name by which the model calls the tool
     * @return true if the name is the same, or matches the glob
     */
    public boolean matches(String tool) {
        return this.tool.matches(tool);
    }

    /**
     * What calls read.
     *
     * @return templates, see {@link Effects}; empty if nothing is said of reading
     */
    public List<String> reads() {
        return said.reads();
    }

    /**
     * What calls write, and perhaps read.
     *
     * @return templates, see {@link Effects}; empty if nothing is said of writing
     */
    public List<String> writes() {
        return said.writes();
    }

    /**
     * Whether calls compute from their arguments alone.
     *
     * @return true if that is said
     */
    public boolean isPure() {
        return said.pure();
    }

    /**
     * What calls touch that no other may touch meanwhile.
     *
     * @return templates, see {@link Effects}; {@code /} if calls are barriers, empty if there is nothing
     */
    public List<String> exclusive() {
        return said.exclusive();
    }

    /**
     * Whether a call may be repeated.
     *
     * @return true if running it twice comes to the same as running it once, false if it does not, empty if nothing is said
     */
    public Optional<Boolean> idempotent() {
        return Optional.ofNullable(idempotent);
    }

    /**
     * Who said so.
     *
     * @return declared unless it was set
     */
    public DeclaredBy by() {
        return by;
    }

    /**
     * How many observed calls stand behind it.
     *
     * @return the number, empty if it was not learnt
     */
    public OptionalLong calls() {
        return calls == null ? OptionalLong.empty() : OptionalLong.of(calls);
    }

    /**
     * How many observed calls speak against it.
     *
     * @return the number, empty if it was not learnt
     */
    public OptionalLong against() {
        return against == null ? OptionalLong.empty() : OptionalLong.of(against);
    }

    /**
     * What a reader should know.
     *
     * @return text, null if there is none
     */
    public @Nullable String note() {
        return note;
    }

    /**
     * Where it was read.
     *
     * @return file and line, such as {@code effects.json:12}; null if it was not read from a file
     */
    public @Nullable String location() {
        return location;
    }

    /**
     * Returns what it says of the effects.
     *
     * @return the effects; empty if it says only that the tool is idempotent, or not
     */
    public Optional<Effects> effects() {
        return said.effects();
    }

    /**
     * Tells whether another entry has the same effects and the same idempotence, whoever said so, and of whichever tool.
     * What is written and what is exclusive is the same; the order does not count, different spellings of a template do.
     *
     * @param other the other entry
     * @return true if it makes no difference which of the two is in force
     */
    public boolean saysTheSameAs(EffectsEntry other) {
        return Objects.equals(idempotent, other.idempotent) && said.isTheSameAs(other.said);
    }

    ToolPattern pattern() {
        return tool;
    }

    /**
     * Starts a copy, with the changes that are made to it.
     *
     * @return a new builder that holds all that this entry says; it forgets where it was read
     */
    public Builder toBuilder() {
        Builder builder = new Builder(tool);
        builder.reads.addAll(said.reads());
        builder.writes.addAll(said.writes());
        builder.exclusive.addAll(said.exclusive());
        builder.pure = said.pure();
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
     * @return for instance {@code transfer: writes account/{from} (learnt)}
     */
    @Override
    public String toString() {
        StringJoiner words = new StringJoiner(", ", tool.text() + ": ", " (" + by.word() + ")");
        effects().ifPresent(effects -> words.add(effects.toString()));
        idempotent().ifPresent(may -> words.add(may ? "idempotent" : "not idempotent"));
        return words.toString();
    }

    /** Builds an {@link EffectsEntry}. Not thread-safe. */
    public static final class Builder {
        private final ToolPattern tool;
        private final List<String> reads = new ArrayList<>();
        private final List<String> writes = new ArrayList<>();
        private final List<String> exclusive = new ArrayList<>();
        private boolean pure;
        private @Nullable Boolean idempotent;
        private DeclaredBy by = DeclaredBy.DECLARED;
        private @Nullable Long calls;
        private @Nullable Long against;
        private @Nullable String note;
        private @Nullable String location;

        private Builder(ToolPattern tool) {
            this.tool = tool;
        }

        /**
         * Adds what calls read.
         *
         * @param templates none adds nothing
         * @return this
         * @throws IllegalArgumentException if a template is blank or malformed
         */
        public Builder reads(String... templates) {
            return add(reads, templates);
        }

        /**
         * Adds what calls write.
         *
         * @param templates none adds nothing
         * @return this
         * @throws IllegalArgumentException if a template is blank or malformed
         */
        public Builder writes(String... templates) {
            return add(writes, templates);
        }

        /**
         * Says that calls compute from their arguments alone.
         *
         * @return this
         */
        public Builder pure() {
            pure = true;
            return this;
        }

        /**
         * Says that calls are barriers.
         *
         * @return this
         */
        public Builder exclusive() {
            return exclusive("/");
        }

        /**
         * Adds what calls touch that no other may touch meanwhile.
         *
         * @param templates none adds nothing
         * @return this
         * @throws IllegalArgumentException if a template is blank or malformed
         */
        public Builder exclusive(String... templates) {
            return add(exclusive, templates);
        }

        private Builder add(List<String> list, String... templates) {
            for (String template : templates) {
                SaidEffects.check(template);
            }
            list.addAll(Arrays.asList(templates));
            return this;
        }

        /**
         * Says whether running the tool twice with the same arguments comes to the same as running it once.
         *
         * @param idempotent false takes back what an entry for more tools says
         * @return this
         */
        public Builder idempotent(boolean idempotent) {
            this.idempotent = idempotent;
            return this;
        }

        /**
         * Sets who says so.
         *
         * @param by declared by default
         * @return this
         */
        public Builder by(DeclaredBy by) {
            this.by = Objects.requireNonNull(by, "by");
            return this;
        }

        /**
         * Sets how many observed calls stand behind it.
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
         * Sets how many observed calls speak against it.
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
         * Sets what a reader should know.
         *
         * @param note text, null for none
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
         * Makes the entry.
         *
         * @return the entry
         * @throws IllegalArgumentException if it is pure and touches something all the same, or says nothing at all
         */
        public EffectsEntry build() {
            EffectsEntry entry = new EffectsEntry(this);
            if (idempotent == null && entry.effects().isEmpty()) {
                throw new IllegalArgumentException(
                        "it says nothing: it needs one of 'reads', 'writes', 'pure', 'exclusive' and 'idempotent'");
            }
            return entry;
        }
    }
}
