package dev.interlock.learn;

import dev.interlock.effect.Effects;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is proposed for the effects of one tool, and what stands behind it. Immutable.
 *
 * <p>Where there is a {@linkplain #isClaim() claim}, it covers every call that it was learnt from.
 *
 * @param tool the tool's name
 * @param isClaim whether anything is said; if not, a call may touch anything, as before
 * @param reads templates of what calls read, see {@link Effects}; without what is written anyway
 * @param writes templates of what calls write
 * @param calls how many observed calls stand behind it
 * @param runs in how many runs these were; 0 if that is not known
 * @param counterExamples calls that forbade to say less, the first few
 * @param reason in words, for the person who is to accept it: why this is said, or why nothing is
 */
public record Proposal(
        String tool,
        boolean isClaim,
        List<String> reads,
        List<String> writes,
        long calls,
        int runs,
        List<CounterExample> counterExamples,
        String reason) {

    /** Copies the lists, rejects nulls. */
    public Proposal {
        Objects.requireNonNull(tool, "tool");
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        counterExamples = List.copyOf(counterExamples);
        Objects.requireNonNull(reason, "reason");
    }

    /**
     * Tells whether it claims that no call touches anything.
     *
     * @return false if something is touched, or nothing is claimed
     */
    public boolean isPure() {
        return isClaim && reads.isEmpty() && writes.isEmpty();
    }

    /**
     * Returns the claim as effects.
     *
     * @return the effects, empty if there is no claim
     */
    public Optional<Effects> effects() {
        if (!isClaim) {
            return Optional.empty();
        }
        Effects effects = Effects.pure();
        if (!reads.isEmpty()) {
            effects = effects.and(Effects.reads(reads.toArray(String[]::new)));
        }
        if (!writes.isEmpty()) {
            effects = effects.and(Effects.writes(writes.toArray(String[]::new)));
        }
        return Optional.of(effects);
    }

    /**
     * Returns the claim as an entry of an effects file, {@linkplain DeclaredBy#LEARNT learnt}, with the number of calls behind
     * it and the reason as its note.
     *
     * @return the entry; empty if there is no claim, or the name of the tool would be a glob there
     */
    public Optional<EffectsEntry> entry() {
        if (!isClaim
                || tool.isBlank()
                || !tool.strip().equals(tool)
                || tool.chars().anyMatch(c -> "*?[]{}".indexOf(c) >= 0)) {
            return Optional.empty();
        }
        EffectsEntry.Builder entry = EffectsEntry.of(tool)
                .by(DeclaredBy.LEARNT)
                .calls(calls)
                .against(0)
                .note(reason);
        if (isPure()) {
            entry.pure();
        }
        return Optional.of(entry.reads(reads.toArray(String[]::new))
                .writes(writes.toArray(String[]::new))
                .build());
    }
}
