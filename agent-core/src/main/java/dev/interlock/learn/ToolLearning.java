package dev.interlock.learn;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectInference.Answer;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the proposal for one tool. Not reusable. */
final class ToolLearning {

    /** The evidence for "only reads" and "touches nothing". */
    private static final double FOR_NO_WRITES = 2;

    private static final int MOST_EXAMPLES = 5;
    private static final String ANYTHING = "/";

    private final KnownTool tool;
    private final boolean isKnown;
    private final boolean allIsWatched;
    private final Collection<Observation> seen;
    private final Vocabulary vocabulary;
    private final Parents parents;
    private final List<CounterExample> examples = new ArrayList<>();

    ToolLearning(
            KnownTool tool,
            boolean isKnown,
            boolean allIsWatched,
            Collection<Observation> seen,
            Vocabulary vocabulary,
            Parents parents) {
        this.tool = tool;
        this.isKnown = isKnown;
        this.allIsWatched = allIsWatched;
        this.seen = seen;
        this.vocabulary = vocabulary;
        this.parents = parents;
    }

    Proposal propose() {
        Set<String> writes = search(Access.Kind.WRITE);
        Set<String> reads = search(Access.Kind.READ);
        writes.removeIf(each -> isWithinAnother(each, writes));
        reads.removeIf(each -> isWithinAnother(each, reads) || writes.contains(each) || isWithinAnother(each, writes));
        if (writes.contains(ANYTHING)) {
            return noClaim("its writes have nothing in common to name, so its calls stay barriers");
        }
        if (writes.isEmpty() && !isEnoughForNoWrites(reads.isEmpty())) {
            return noClaim("no observed call wrote; to believe that, the learner needs calls with different"
                    + " arguments in different runs");
        }
        Proposal proposal = proposal(true, List.copyOf(reads), List.copyOf(writes), reason(reads, writes));
        Optional<Observation> gap = firstUncovered(proposal);
        return gap.isEmpty()
                ? proposal
                : noClaim("no template covers the call with " + gap.get().call().arguments());
    }

    private Set<String> search(Access.Kind kind) {
        TemplateSearch search = new TemplateSearch(vocabulary, parents, kind);
        Set<String> templates = search.search(seen);
        examples.addAll(search.counterExamples());
        return templates;
    }

    /**
     * Failed calls do not count, since they may have ended before their writes. If the specification agrees, one
     * successful call is enough. A tool that seems to touch nothing, but does not say that it computes, may touch
     * something that no observer watches; no number of calls is enough then.
     */
    private boolean isEnoughForNoWrites(boolean touchesNothing) {
        List<Observation> returned =
                seen.stream().filter(each -> !each.isFailed()).toList();
        boolean mustCompute = touchesNothing && !allIsWatched;
        boolean agrees = isKnown && (mustCompute ? tool.inferred() == Answer.PURE : tool.inferred() != Answer.UNKNOWN);
        return agrees ? !returned.isEmpty() : !touchesNothing && Evidence.of(returned) >= FOR_NO_WRITES;
    }

    private static boolean isWithinAnother(String template, Set<String> templates) {
        return templates.stream()
                .anyMatch(other ->
                        !other.equals(template) && (other.equals(ANYTHING) || template.startsWith(other + '/')));
    }

    private Optional<Observation> firstUncovered(Proposal proposal) {
        Effects effects = proposal.effects().orElseThrow();
        return seen.stream().filter(each -> !covers(effects, each)).findFirst();
    }

    /** Compares without marks on both sides, which avoids guessing a folder. */
    private boolean covers(Effects effects, Observation observation) {
        List<Access> declared = effects.accesses(observation.call(), tool.parameters()).stream()
                .map(Observation::plain)
                .toList();
        return observation.accesses().stream()
                .allMatch(touched -> declared.stream().anyMatch(each -> each.covers(touched)));
    }

    private String reason(Set<String> reads, Set<String> writes) {
        String counted = counted();
        if (writes.isEmpty() && reads.isEmpty()) {
            return counted + " touched nothing that observers watch";
        }
        if (writes.isEmpty() && isKnown && tool.inferred() == Answer.UNKNOWN) {
            return counted + " wrote nothing that observers watch, but name and description do not say that"
                    + " it only reads";
        }
        return counted + (writes.isEmpty() ? " wrote nothing that observers watch" : " touched no more than that");
    }

    private Proposal noClaim(String why) {
        return proposal(false, List.of(), List.of(), counted() + ": " + why);
    }

    private Proposal proposal(boolean isClaim, List<String> reads, List<String> writes, String reason) {
        return new Proposal(
                tool.name(),
                isClaim,
                reads,
                writes,
                calls(),
                runs(),
                examples.stream().distinct().limit(MOST_EXAMPLES).toList(),
                reason);
    }

    private String counted() {
        String calls = calls() == 1 ? "1 call" : calls() + " calls";
        return runs() == 0 ? calls : calls + (runs() == 1 ? " in 1 run" : " in " + runs() + " runs");
    }

    private long calls() {
        return seen.stream().mapToLong(Observation::calls).sum();
    }

    private int runs() {
        Set<String> runs = new HashSet<>();
        seen.forEach(each -> runs.addAll(each.runs()));
        return runs.size();
    }
}
