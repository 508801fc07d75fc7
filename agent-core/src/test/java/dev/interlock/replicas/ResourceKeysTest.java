package dev.interlock.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceKeysTest {

    private static boolean meet(List<Access> one, List<Access> other) {
        return !Collections.disjoint(ResourceKeys.met(one), ResourceKeys.held(other));
    }

    @ParameterizedTest
    @CsvSource({
        "account/42, account, true",
        "account/42, account/42, true",
        "account/42, account/43, false",
        "account/4, account/42, false",
        "account, '', true",
        "a/b/c, a/d, false"
    })
    void a_write_meets_what_contains_its_resource_and_what_lies_below(String one, String other, boolean meet) {
        List<Access> write = List.of(Access.write(one));
        List<Access> read = List.of(Access.read(other));
        assertThat(meet(write, read)).isEqualTo(meet);
        assertThat(meet(read, write)).isEqualTo(meet);
    }

    @Test
    void reads_do_not_meet() {
        assertThat(meet(List.of(Access.read("a/b")), List.of(Access.read("a")))).isFalse();
    }

    @Test
    void an_absolute_path_meets_relative_ones_and_no_other_absolute_one() {
        Resource file = Resource.of("file");
        List<Access> absolute = List.of(Access.write(file.resolve("/data/a")));
        assertThat(meet(absolute, List.of(Access.read(file.resolve("b"))))).isTrue();
        assertThat(meet(absolute, List.of(Access.read(file.resolve("/data/b")))))
                .isFalse();
    }

    /** The rule of the engine itself is the measure. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void calls_conflict_if_and_only_if_one_meets_what_the_other_holds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 30_000; i++) {
            List<Access> one = accesses(random);
            List<Access> other = accesses(random);
            boolean conflict = one.stream().anyMatch(access -> other.stream().anyMatch(access::conflictsWith));
            assertThat(meet(one, other))
                    .as("seed %d: %s and %s", seed, one, other)
                    .isEqualTo(conflict);
        }
    }

    private static List<Access> accesses(SplittableRandom random) {
        List<Access> accesses = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Resource resource = Resource.of("");
            for (int depth = random.nextInt(4); depth > 0; depth--) {
                String segment = String.valueOf((char) ('a' + random.nextInt(2)));
                resource = resource.resolve(random.nextInt(4) == 0 ? "/" + segment : segment);
            }
            accesses.add(random.nextBoolean() ? Access.read(resource) : Access.write(resource));
        }
        return accesses;
    }
}
