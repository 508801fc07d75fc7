package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessIndexTest {

    private final AccessIndex<Integer> index = new AccessIndex<>(Comparator.naturalOrder());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void finds_exactly_those_that_conflict(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, List<Access>> all = new LinkedHashMap<>();
        for (int step = 0; step < 2_000; step++) {
            Integer who = random.nextInt(20);
            if (all.containsKey(who)) {
                index.remove(who, all.remove(who));
            } else {
                List<Access> accesses = accesses(random);
                index.add(who, accesses);
                all.put(who, accesses);
            }
            List<Access> asked = accesses(random);
            var expected = all.keySet().stream()
                    .filter(one -> conflict(all.get(one), asked))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(index.conflicting(asked).all()).containsExactlyElementsOf(expected);
            Integer wanted = random.nextInt(20);
            assertThat(index.findConflicting(asked, wanted::equals))
                    .isEqualTo(expected.contains(wanted) ? wanted : null);
            assertThat(index.isEmpty()).isEqualTo(all.values().stream().allMatch(List::isEmpty));
        }
    }

    @Test
    void who_is_removed_leaves_nothing_behind() {
        List<Access> accesses = List.of(Access.write("a/b/c"), Access.read("a/b"), Access.write("a/b/c"));
        index.add(1, accesses);
        index.add(1, accesses);
        index.remove(1, accesses);
        index.remove(1, accesses);
        assertThat(index.isEmpty()).isTrue();
        assertThat(index.conflicting(List.of(Access.write("/"))).all()).isEmpty();
    }

    @Test
    void absolute_paths_conflict_with_all_relative_ones() {
        index.add(1, List.of(Access.write("file/a/b")));
        index.add(2, List.of(Access.read("file/c")));
        index.add(3, List.of(Access.write(Resource.of("file").resolve("/data/a"))));
        index.add(4, List.of(Access.write("account/a")));
        Resource absolute = Resource.of("file").resolve("/data/b");
        assertThat(index.conflicting(List.of(Access.read(absolute))).all()).containsExactly(1);
        assertThat(index.conflicting(List.of(Access.write(absolute))).all()).containsExactly(1, 2);
        assertThat(index.conflicting(List.of(Access.read("file/x/y"))).all()).containsExactly(3);
        assertThat(index.conflicting(List.of(Access.write("file"))).all()).containsExactly(1, 2, 3);
    }

    @Test
    void paths_may_be_deep() {
        String deep = String.join("/", Collections.nCopies(100_000, "x"));
        index.add(1, List.of(Access.write(deep)));
        assertThat(index.conflicting(List.of(Access.read("/"))).all()).containsExactly(1);
        index.remove(1, List.of(Access.write(deep)));
        assertThat(index.isEmpty()).isTrue();
    }

    private static boolean conflict(List<Access> ones, List<Access> others) {
        return ones.stream().anyMatch(one -> others.stream().anyMatch(one::conflictsWith));
    }

    private static List<Access> accesses(SplittableRandom random) {
        List<Access> accesses = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Resource resource = Resource.ROOT;
            for (int segments = random.nextInt(4); segments > 0; segments--) {
                String name = random.nextBoolean() ? "a" : "b";
                resource = resource.resolve(List.of("", "", "", "/", "~/").get(random.nextInt(5)) + name);
            }
            accesses.add(random.nextBoolean() ? Access.read(resource) : Access.write(resource));
        }
        return accesses;
    }
}
