package dev.interlock.learn;

import dev.interlock.effect.Effects;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The proposed effects of one tool and their evidence. Immutable.
 *
 * <p>A {@linkplain #isClaim() claim} covers every call that it was learnt from.
 *
 * @param tool the tool's name
 * @param isClaim whether the proposal claims anything; if not, a call may touch anything, as before
 * @param reads templates of what calls read, see {@link Effects}; without resources that they write anyway
 * @param writes templates of what calls write
 * @param calls how many observed calls support the proposal
 * @param runs how many runs these calls belong to; 0 if unknown
 * @param counterExamples the first few calls that contradict narrower effects
 * @param reason why the learner claims this, or claims nothing, in words for the person who decides
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
     * Tells whether the proposal claims that no call touches anything.
     *
     * @return false if calls touch something, or if there is no claim
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
     * Returns the claim as a {@linkplain DeclaredBy#LEARNT learnt} entry of an effects file, with the number of
     * supporting calls, and the reason as its note.
     *
     * @return the entry; empty if there is no claim, or if the tool's name would be a glob there
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
