package dev.interlock.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Access;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Proposes the effects of tools from what their calls were seen to touch.
 *
 * {@snippet :
 * EffectLearner learner = EffectLearner.of(tools);
 * observedCalls.forEach(learner::add);
 * Proposal proposal = learner.proposal("transfer").orElseThrow();    // writes account/{from}, account/{to}
 * }
 *
 * <p>What it promises: a proposal covers every call that it was learnt from, and no observation means no claim. What it
 * cannot: to know what no call has touched yet, or what nothing watches. So it says rather too much than too little:
 *
 * <ul>
 *   <li>A segment of a key that equals an argument in every call becomes that argument, if it did so with different values. A
 *       key that no argument explains is widened to the last segment that was the same in every call.
 *   <li>What was the same only in calls of one run, or with the same arguments, may be so by chance: there the segment is
 *       given up. So is one that looks like data: a number, what some call has as an argument, what lies where
 *       other calls touched something else.
 *   <li>That a tool only reads, or touches nothing, is said after two calls in different runs with different arguments, or
 *       after one if name and description say so too, see {@link dev.interlock.effect.EffectInference}. Calls that failed do not
 *       count for that.
 *   <li>What would come to a barrier is no claim.
 * </ul>
 *
 * <p>It keeps each different observation once, with how often it was made; so proposals can be asked for at any time, and
 * learners be {@linkplain #add(EffectLearner) merged}. Not thread-safe.
 */
public final class EffectLearner {

    private record Key(JsonNode arguments, Set<Access> accesses, boolean failed) {}

    private final Map<String, KnownTool> tools = new LinkedHashMap<>();
    private final Map<String, Map<Key, Observation>> observations = new LinkedHashMap<>();

    private EffectLearner() {}

    /**
     * Creates a learner that has seen nothing.
     *
     * @param tools what is known of the tools; calls of others can be observed as well, and less be learnt from them
     * @return a new learner
     */
    public static EffectLearner of(Collection<KnownTool> tools) {
        EffectLearner learner = new EffectLearner();
        tools.forEach(tool -> learner.tools.put(tool.name(), tool));
        return learner;
    }

    /**
     * Takes in what a call touched. A call whose arguments are no JSON object is a barrier whatever its tool's effects are, so
     * nothing is learnt from it.
     *
     * @param observed the call
     */
    public void add(ObservedCall observed) {
        Objects.requireNonNull(observed, "observed");
        if (observed.call().hasObjectArguments()) {
            Key key = new Key(
                    observed.call().arguments(),
                    Observation.plain(AbsolutePaths.widened(
                            observed.accesses(), observed.call().arguments())),
                    observed.failed());
            of(observed.call().tool(), key).count(observed);
        }
    }

    /**
     * Takes in what another learner has observed. It need not know the same tools; what this one knows counts.
     *
     * @param other the other learner, which stays as it is
     */
    public void add(EffectLearner other) {
        other.observations.forEach(
                (tool, seen) -> seen.forEach((key, observation) -> of(tool, key).count(observation)));
    }

    private Observation of(String tool, Key key) {
        return observations
                .computeIfAbsent(tool, name -> new LinkedHashMap<>())
                .computeIfAbsent(
                        key,
                        k -> new Observation(
                                tool,
                                k.arguments(),
                                k.accesses(),
                                k.failed(),
                                known(tool).parameters()));
    }

    private KnownTool known(String tool) {
        KnownTool known = tools.get(tool);
        return known == null ? new KnownTool(tool, null, Map.of()) : known;
    }

    /**
     * Returns a proposal for each tool of which a call was observed.
     *
     * @return the proposals, in the order in which the tools were first seen
     */
    public List<Proposal> proposals() {
        return proposals(List.copyOf(observations.keySet()));
    }

    /**
     * Returns the proposal for one tool. For several, {@link #proposals()} is quicker.
     *
     * @param tool the name of the tool
     * @return the proposal; empty if no call of the tool was observed
     */
    public Optional<Proposal> proposal(String tool) {
        return observations.containsKey(tool)
                ? Optional.of(proposals(List.of(tool)).getFirst())
                : Optional.empty();
    }

    /** What other tools touched helps to tell names from data. */
    private List<Proposal> proposals(List<String> wanted) {
        Vocabulary vocabulary = new Vocabulary();
        Parents parents = new Parents();
        observations.forEach((tool, seen) -> {
            vocabulary.add(seen.values());
            parents.add(tool, seen.values());
        });
        return wanted.stream()
                .map(tool -> new ToolLearning(
                                known(tool),
                                tools.containsKey(tool),
                                observations.getOrDefault(tool, Map.of()).values(),
                                vocabulary,
                                parents)
                        .propose())
                .toList();
    }
}
