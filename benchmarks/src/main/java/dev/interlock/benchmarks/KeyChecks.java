package dev.interlock.benchmarks;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.testing.Clash;
import dev.interlock.testing.EffectsCheck;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lets the test kit check seeded declarations for the tools of one file of recorded batches. */
final class KeyChecks {

    private final List<List<KeyCall>> batches;
    private final Map<String, List<KeyCall>> byTool;
    private final int runs;
    private final long seed;
    private int alarms;

    KeyChecks(List<List<KeyCall>> batches, Set<String> labelled, int runs, long seed) {
        this.batches = batches;
        this.byTool = batches.stream()
                .flatMap(List::stream)
                .filter(call -> labelled.contains(call.tool()))
                .collect(Collectors.groupingBy(KeyCall::tool, LinkedHashMap::new, Collectors.toList()));
        this.runs = runs;
        this.seed = seed;
    }

    /** How many right declarations the kit has taken for wrong so far. */
    int alarms() {
        return alarms;
    }

    /** Gives the kit the batches as recorded. */
    SeedTally recorded() {
        SeedTally tally = new SeedTally();
        byTool.forEach((tool, calls) -> {
            List<List<KeyCall>> own = batches.stream()
                    .filter(batch -> batch.stream().anyMatch(call -> call.tool().equals(tool)))
                    .toList();
            for (WrongEffects wrong : WrongEffects.of(tool, calls)) {
                tally.count(
                        wrong.kind().words(),
                        Observability.of(own, wrong::accesses),
                        check(own, wrong::accesses).focus(tool).maxRuns(runs).find(),
                        "recorded batches: " + wrong);
            }
            // Right declarations: unchanged, with many more runs to raise a false alarm, and wider than necessary.
            countAlarm(check(own, KeyCall::accesses).focus(tool).maxRuns(10 * runs));
            countAlarm(check(own, KeyChecks::wide).focus(tool).maxRuns(runs));
        });
        countAlarm(check(batches, KeyCall::accesses).concurrentRuns(1).maxRuns(100 * runs));
        return tally;
    }

    private EffectsCheck<KeyWorld> check(List<List<KeyCall>> some, Function<KeyCall, List<Access>> declared) {
        Map<String, KeyCall> byId = some.stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(call -> String.valueOf(call.call().id()), Function.identity()));
        return check(byId.values(), call -> byId.get(String.valueOf(call.id())), declared)
                .batches(some.stream()
                        .map(batch -> batch.stream().map(KeyCall::call).toList())
                        .toList());
    }

    /**
     * Gives the kit the recorded arguments, from which it makes batches itself. A call touches everything that calls
     * with its arguments ever touched.
     */
    SeedTally paired() {
        Map<String, KeyCall> byText = new LinkedHashMap<>();
        batches.stream().flatMap(List::stream).forEach(call -> byText.merge(text(call.call()), call, KeyCall::and));
        SeedTally tally = new SeedTally();
        for (String tool : byTool.keySet()) {
            List<KeyCall> own = byText.values().stream()
                    .filter(call -> call.tool().equals(tool))
                    .toList();
            List<List<KeyCall>> pairs = new ArrayList<>();
            own.forEach(call -> byText.values().forEach(other -> pairs.add(List.of(call, other))));
            for (WrongEffects wrong : WrongEffects.of(tool, own)) {
                tally.count(
                        wrong.kind().words(),
                        Observability.of(pairs, wrong::accesses),
                        samples(byText, wrong::accesses)
                                .focus(tool)
                                .maxRuns(runs)
                                .find(),
                        "made batches: " + wrong);
            }
            countAlarm(samples(byText, KeyCall::accesses).focus(tool).maxRuns(10 * runs));
        }
        countAlarm(samples(byText, KeyCall::accesses).concurrentRuns(1).maxRuns(100 * runs));
        return tally;
    }

    private EffectsCheck<KeyWorld> samples(Map<String, KeyCall> byText, Function<KeyCall, List<Access>> declared) {
        EffectsCheck<KeyWorld> check = check(byText.values(), call -> byText.get(text(call)), declared);
        byText.values()
                .forEach(call ->
                        check.sample(call.tool(), call.call().arguments().toString()));
        return check;
    }

    private static String text(ToolCall call) {
        return call.tool() + " " + call.arguments();
    }

    private EffectsCheck<KeyWorld> check(
            Collection<KeyCall> calls, Function<ToolCall, KeyCall> recorded, Function<KeyCall, List<Access>> declared) {
        Set<String> names = calls.stream().map(KeyCall::tool).collect(Collectors.toCollection(LinkedHashSet::new));
        Effects effects = Effects.of(call -> declared.apply(Objects.requireNonNull(recorded.apply(call))));
        return EffectsCheck.<KeyWorld>of(KeyWorld::new)
                .toolSet(world -> ToolSet.of(names.stream()
                        .map(name -> ToolDefinition.of(
                                name, effects, call -> world.run(Objects.requireNonNull(recorded.apply(call)))))
                        .toList()))
                .state(KeyWorld::state)
                .concurrentRuns(0)
                .seed(seed);
    }

    /** True effects too: each key without its last part. */
    private static List<Access> wide(KeyCall call) {
        return call.accesses().stream()
                .map(access -> new Access(access.kind(), WrongEffects.parent(access.resource())))
                .distinct()
                .toList();
    }

    private void countAlarm(EffectsCheck<KeyWorld> check) {
        Optional<Clash> clash = check.find();
        if (clash.isPresent()) {
            alarms++;
            System.out.println("FALSE ALARM: " + clash.get());
        }
    }
}
