package dev.interlock.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.board.Batch;
import dev.interlock.board.Seeds;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.EffectSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of random batches against brute force, see {@link Seeds} for how many. */
class CallPlanOracleTest {

    private static final int PARTS = 4;

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44})
    void dependencies_reasons_and_waves_are_those_of_all_conflicting_pairs(long part) {
        Seeds.check(part, PARTS, random -> {
            Batch batch = Batch.random(random, random.nextInt(20) == 0 ? Batch.MOST_CALLS : 10);
            CallPlan plan = plan(batch);
            long[] expected = batch.reduction();
            List<Dependency> all = new ArrayList<>();
            for (int call = 0; call < batch.size(); call++) {
                List<Dependency> dependencies = plan.dependencies(call);
                if (bits(dependencies) != expected[call] || !isSorted(dependencies)) {
                    assertThat(dependencies).as("call %s of\n%s", call, batch).isEmpty();
                }
                dependencies.forEach(dependency -> checkReason(batch, dependency));
                all.addAll(dependencies);
            }
            if (!plan.dependencies().equals(all) || !plan.waves().equals(waves(batch))) {
                assertThat(plan.waves()).as("%s", batch).isEqualTo(waves(batch));
                assertThat(plan.dependencies()).as("%s", batch).isEqualTo(all);
            }
        });
    }

    private static void checkReason(Batch batch, Dependency dependency) {
        int earlier = dependency.earlier();
        int later = dependency.later();
        boolean right =
                switch (dependency.reason()) {
                    case DependencyReason.Reference reference -> batch.refers(later, earlier);
                    case DependencyReason.Conflict conflict ->
                        !batch.refers(later, earlier)
                                && batch.accesses(earlier).contains(conflict.earlier())
                                && batch.accesses(later).contains(conflict.later())
                                && batch.conflict(conflict.earlier(), conflict.later());
                    case DependencyReason.Barrier barrier -> false;
                };
        if (!right) {
            assertThat(dependency.reason()).as("%s\n%s", dependency, batch).isNull();
        }
    }

    private static CallPlan plan(Batch batch) {
        ToolCall call = new ToolCall(null, "tool", null);
        return CallPlan.of(
                IntStream.range(0, batch.size())
                        .mapToObj(i -> new PlannedCall(call, batch.accesses(i), EffectSource.PROGRAMMATIC, null))
                        .toList(),
                IntStream.range(0, batch.size()).mapToObj(batch::references).toList());
    }

    private static long bits(List<Dependency> dependencies) {
        return dependencies.stream()
                .mapToLong(dependency -> 1L << dependency.earlier())
                .reduce(0, (a, b) -> a | b);
    }

    private static boolean isSorted(List<Dependency> dependencies) {
        return IntStream.range(1, dependencies.size())
                .allMatch(i ->
                        dependencies.get(i - 1).earlier() < dependencies.get(i).earlier());
    }

    private static List<List<Integer>> waves(Batch batch) {
        int[] level = new int[batch.size()];
        List<List<Integer>> waves = new ArrayList<>();
        for (int call = 0; call < level.length; call++) {
            for (int earlier = 0; earlier < call; earlier++) {
                if ((batch.direct(call) >> earlier & 1) == 1) {
                    level[call] = Math.max(level[call], level[earlier] + 1);
                }
            }
            if (level[call] == waves.size()) {
                waves.add(new ArrayList<>());
            }
            waves.get(level[call]).add(call);
        }
        return waves;
    }
}
