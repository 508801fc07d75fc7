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
 * Proposes the effects of tools from what their observed calls touched.
 *
 * {@snippet :
 * EffectLearner learner = EffectLearner.of(tools);
 * observedCalls.forEach(learner::add);
 * Proposal proposal = learner.proposal("transfer").orElseThrow();    // writes account/{from}, account/{to}
 * }
 *
 * <p>A proposal covers every call that it was learnt from, and a tool without observations gets no claim. The learner
 * cannot know what no call has touched yet, or what no observer watches. So in doubt it claims more, not less:
 *
 * <ul>
 *   <li>A segment that equals an argument in every call becomes that argument, if the calls had different values. If no
 *       argument explains a key, the template ends after the last segment that was the same in every call.
 *   <li>A segment may be the same by chance if only calls of one run, or with equal arguments, touched it. The learner
 *       drops such a segment. It also drops one that looks like data: a number, an argument of some call, or a segment
 *       in a place where other calls touched something else.
 *   <li>The learner says "only reads" after two calls in different runs with different arguments, or after one call if
 *       name and description say so too, see {@link dev.interlock.effect.EffectInference}. It says "touches nothing"
 *       only if they say that the tool computes. Failed calls do not count for either.
 *   <li>A result that would make the tool a barrier is no claim.
 * </ul>
 *
 * <p>The learner keeps each different observation once, with a count. So the caller can ask for proposals at any time,
 * and {@linkplain #add(EffectLearner) merge} learners. Not thread-safe.
 */
public final class EffectLearner {

    private record Key(JsonNode arguments, Set<Access> accesses, boolean failed) {}

    private final Map<String, KnownTool> tools = new LinkedHashMap<>();
    private final Map<String, Map<Key, Observation>> observations = new LinkedHashMap<>();

    private boolean allIsWatched;

    private EffectLearner() {}

    /**
     * Creates a learner without observations.
     *
     * @param tools what is known of the tools; the learner also takes calls of other tools, but learns less from them
     * @return a new learner
     */
    public static EffectLearner of(Collection<KnownTool> tools) {
        EffectLearner learner = new EffectLearner();
        tools.forEach(tool -> learner.tools.put(tool.name(), tool));
        return learner;
    }

    /**
     * Says that observers see everything that a tool may touch, as when a simulator records it. The learner then
     * believes that a tool touches nothing if its specification says "only reads" and its calls touched nothing.
     * Without this, such a tool may have read something that no observer watches, so the learner believes only a tool
     * that says that it computes.
     *
     * @return this
     */
    public EffectLearner allIsWatched() {
        allIsWatched = true;
        return this;
    }

    /**
     * Adds an observed call. A call whose arguments are not a JSON object is a barrier in any case, so the learner
     * ignores it.
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
     * Adds the observations of another learner. The two may know different tools; this learner's knowledge counts.
     *
     * @param other the other learner, which does not change
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
     * Returns a proposal for each tool with an observed call.
     *
     * @return the proposals, in the order of the tools' first calls
     */
    public List<Proposal> proposals() {
        return proposals(List.copyOf(observations.keySet()));
    }

    /**
     * Returns the proposal for one tool. For several, {@link #proposals()} is quicker.
     *
     * @param tool the name of the tool
     * @return the proposal; empty if the tool has no observed call
     */
    public Optional<Proposal> proposal(String tool) {
        return observations.containsKey(tool)
                ? Optional.of(proposals(List.of(tool)).getFirst())
                : Optional.empty();
    }

    /** Looks at all tools, since what other tools touched helps to tell names from data. */
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
                                allIsWatched,
                                observations.getOrDefault(tool, Map.of()).values(),
                                vocabulary,
                                parents)
                        .propose())
                .toList();
    }
}
