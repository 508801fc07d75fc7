package dev.interlock.learn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Learns from calls of which a random truth says what they touch. */
class LearningPropertiesTest {

    private static final List<String> NAMES = List.of("order", "mail", "car", "stock", "page");
    private static final List<String> FIELDS = List.of("state", "owner", "lines", "total");

    static List<Long> seeds() {
        return new SplittableRandom(11).longs(400).boxed().toList();
    }

    /** Parts of a path that no argument tells: the same within a run, or different in each call. */
    private enum Hidden {
        RUN,
        CALL
    }

    private record Truth(Access.Kind kind, List<Object> parts) {}

    private static final class World {
        private final SplittableRandom random;
        private final Map<String, ParameterType> parameters = new LinkedHashMap<>();
        private final List<Truth> truths = new ArrayList<>();
        private final boolean optional;

        private final boolean plain;

        World(SplittableRandom random) {
            this(random, false);
        }

        /**
         * @param plain whether each path is a name, or a name and an argument that every call has
         */
        World(SplittableRandom random, boolean plain) {
            this.random = random;
            this.plain = plain;
            this.optional = !plain && random.nextBoolean();
            List<ParameterType> types = List.of(ParameterType.STRING, ParameterType.INTEGER, ParameterType.OTHER);
            int count = random.nextInt(1, 5);
            for (int i = 0; i < count; i++) {
                parameters.put("p" + i, types.get(random.nextInt(types.size())));
            }
            count = random.nextInt(1, 4);
            for (int i = 0; i < count; i++) {
                truths.add(new Truth(random.nextInt(3) == 0 ? Access.Kind.READ : Access.Kind.WRITE, parts()));
            }
            truths.add(new Truth(Access.Kind.WRITE, List.of("log")));
        }

        private List<Object> parts() {
            List<Object> parts = new ArrayList<>();
            parts.add(pick(NAMES));
            int more = random.nextInt(plain ? 2 : 4);
            for (int i = 0; i < more; i++) {
                switch (random.nextInt(plain ? 4 : 0, 8)) {
                    case 0 -> parts.add(Hidden.RUN);
                    case 1 -> parts.add(Hidden.CALL);
                    case 2, 3 -> parts.add(pick(FIELDS));
                    default -> parts.add("{" + pick(List.copyOf(parameters.keySet())) + "}");
                }
            }
            return parts;
        }

        private <T> T pick(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        KnownTool tool() {
            return new KnownTool("frobnicate", null, parameters);
        }

        ObservedCall call(int run, String user) {
            ObjectNode arguments = JsonNodeFactory.instance.objectNode();
            parameters.forEach((name, type) -> {
                if (optional && random.nextInt(5) == 0) {
                    return;
                }
                switch (type) {
                    case INTEGER -> arguments.put(name, random.nextInt(100, 10_000));
                    case OTHER -> arguments.putArray(name).add(word()).add(word());
                    default -> arguments.put(name, random.nextInt(4) == 0 ? word() + "/" + word() : word());
                }
            });
            Set<Access> accesses = new LinkedHashSet<>();
            for (Truth truth : truths) {
                for (List<String> path : paths(truth.parts(), arguments, user)) {
                    accesses.add(new Access(truth.kind(), Resource.of(String.join("/", path))));
                }
            }
            return new ObservedCall(new ToolCall(null, "frobnicate", arguments), accesses, "run" + run);
        }

        /** Without the argument it is something else each time. */
        private List<List<String>> paths(List<Object> parts, ObjectNode arguments, String user) {
            List<List<String>> paths = new ArrayList<>(List.of(List.of()));
            for (Object part : parts) {
                List<String> next =
                        switch (part) {
                            case Hidden.RUN -> List.of(user);
                            case Hidden.CALL -> List.of(word());
                            case String name
                            when name.startsWith("{") -> values(arguments, name.substring(1, name.length() - 1));
                            default -> List.of(part.toString());
                        };
                paths = paths.stream()
                        .flatMap(path -> next.stream().map(each -> {
                            List<String> longer = new ArrayList<>(path);
                            longer.add(each);
                            return longer;
                        }))
                        .toList();
            }
            return paths;
        }

        private List<String> values(ObjectNode arguments, String name) {
            if (!arguments.has(name)) {
                return List.of(word());
            }
            List<String> values = new ArrayList<>();
            if (arguments.get(name).isArray()) {
                arguments.get(name).forEach(each -> values.add(each.asText()));
            } else {
                values.add(arguments.get(name).asText());
            }
            return values;
        }

        private String word() {
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            return word.toString();
        }

        List<ObservedCall> run(int number) {
            String user = word();
            List<ObservedCall> calls = new ArrayList<>();
            int count = random.nextInt(1, 4);
            for (int i = 0; i < count; i++) {
                calls.add(call(number, user));
            }
            return calls;
        }
    }

    private static void assertCovers(Proposal proposal, World world, List<ObservedCall> calls) {
        proposal.effects().ifPresent(effects -> {
            Coverage coverage = new Coverage(effects, world.parameters);
            for (ObservedCall each : calls) {
                assertThat(coverage.uncovered(each.call(), each.accesses()))
                        .as("%s of %s, learnt %s", each, world.truths, effects)
                        .isEmpty();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_was_seen_is_covered_however_little_it_was(long seed) {
        World world = new World(new SplittableRandom(seed));
        EffectLearner learner = EffectLearner.of(List.of(world.tool()));
        List<ObservedCall> seen = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            for (ObservedCall each : world.run(run)) {
                learner.add(each);
                seen.add(each);
                assertCovers(learner.proposal("frobnicate").orElseThrow(), world, seen);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_comes_later_is_covered_if_enough_was_seen(long seed) {
        World world = new World(new SplittableRandom(seed));
        EffectLearner learner = EffectLearner.of(List.of(world.tool()));
        for (int run = 0; run < 30; run++) {
            world.run(run).forEach(learner::add);
        }
        Proposal proposal = learner.proposal("frobnicate").orElseThrow();
        assertThat(proposal.isClaim()).as("%s: %s", world.truths, proposal).isTrue();
        for (int run = 30; run < 60; run++) {
            assertCovers(proposal, world, world.run(run));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void where_nothing_is_hidden_or_missing_the_truth_is_learnt(long seed) {
        World world = new World(new SplittableRandom(seed), true);
        EffectLearner learner = EffectLearner.of(List.of(world.tool()));
        for (int run = 0; run < 30; run++) {
            world.run(run).forEach(learner::add);
        }
        Set<String> writes = new LinkedHashSet<>();
        world.truths.stream()
                .filter(truth -> truth.kind() == Access.Kind.WRITE)
                .forEach(truth -> writes.add(String.join(
                        "/", truth.parts().stream().map(Object::toString).toList())));
        writes.removeIf(each -> writes.stream().anyMatch(other -> each.startsWith(other + "/")));
        assertThat(learner.proposal("frobnicate").orElseThrow().writes()).containsExactlyInAnyOrderElementsOf(writes);
    }

    /** Few names, so that all kinds of chance happen. */
    @ParameterizedTest
    @MethodSource("seeds")
    void chance_does_no_harm(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        World world = new World(random);
        EffectLearner learner = EffectLearner.of(List.of(world.tool()));
        List<ObservedCall> seen = new ArrayList<>();
        List<String> few = List.of("a", "b", "12", "c/d", "x*", "..", "{p}", "/a", "");
        for (int i = 0; i < 12; i++) {
            ObjectNode arguments = JsonNodeFactory.instance.objectNode();
            for (String name : world.parameters.keySet()) {
                switch (random.nextInt(5)) {
                    case 0 -> arguments.put(name, random.nextInt(3));
                    case 1 -> arguments.putArray(name).add(world.pick(few)).add(world.pick(few));
                    case 2 -> arguments.putNull(name);
                    default -> arguments.put(name, world.pick(few));
                }
            }
            Set<Access> accesses = new LinkedHashSet<>();
            int count = random.nextInt(4);
            for (int j = 0; j < count; j++) {
                String path = world.pick(few) + "/" + world.pick(few) + "/" + world.pick(few);
                accesses.add(random.nextBoolean() ? Access.read(path) : Access.write(path));
            }
            ObservedCall observed =
                    new ObservedCall(new ToolCall(null, "frobnicate", arguments), accesses, "run" + random.nextInt(4));
            learner.add(observed);
            seen.add(observed);
        }
        assertCovers(learner.proposal("frobnicate").orElseThrow(), world, seen);
    }
}
