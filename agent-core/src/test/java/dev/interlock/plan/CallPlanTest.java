package dev.interlock.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallPlanTest {

    private static final Access READ_42 = Access.read("account/42");
    private static final Access WRITE_42 = Access.write("account/42");

    @Test
    void an_empty_batch_has_an_empty_plan() {
        CallPlan plan = CallPlan.of(List.of());
        assertThat(plan.calls()).isEmpty();
        assertThat(plan.dependencies()).isEmpty();
        assertThat(plan.waves()).isEmpty();
        assertThat(plan.toString()).isEmpty();
    }

    @Test
    void a_single_call_is_one_wave() {
        PlannedCall call = call("transfer", WRITE_42);
        CallPlan plan = CallPlan.of(List.of(call));
        assertThat(plan.calls()).containsExactly(call);
        assertThat(plan.dependencies()).isEmpty();
        assertThat(plan.dependencies(0)).isEmpty();
        assertThat(plan.waves()).containsExactly(List.of(0));
        assertThat(plan).hasToString("call 1 transfer: writes account/42 (annotated)");
    }

    @Test
    void two_writes_of_one_resource_are_named_as_such() {
        CallPlan plan = CallPlan.of(List.of(call("a", WRITE_42), call("b", Access.read("x")), call("c", WRITE_42)));
        assertThat(plan.dependencies())
                .map(Dependency::toString)
                .containsExactly("call 3 waits for call 1: both write account/42");
        assertThat(plan.dependencies(2)).isEqualTo(plan.dependencies());
        assertThat(plan.dependencies(2).get(0).kind()).isEqualTo(Dependency.Kind.ORDER);
        assertThat(plan.dependencies(2).get(0).reason()).isEqualTo(new DependencyReason.Conflict(WRITE_42, WRITE_42));
    }

    @Test
    void a_read_and_a_write_of_one_resource_say_who_does_what() {
        assertThat(sentence(READ_42, WRITE_42))
                .isEqualTo("call 2 waits for call 1: call 2 writes account/42, which call 1 reads");
        assertThat(sentence(WRITE_42, READ_42))
                .isEqualTo("call 2 waits for call 1: call 2 reads account/42, which call 1 writes");
    }

    @Test
    void overlapping_resources_are_both_named() {
        assertThat(sentence(Access.read("file/docs/a"), Access.write("file/docs")))
                .isEqualTo("call 2 waits for call 1: call 2 writes file/docs, call 1 reads file/docs/a");
        assertThat(sentence(Access.write("/"), Access.write("a")))
                .isEqualTo("call 2 waits for call 1: call 2 writes a, call 1 writes /");
        assertThat(sentence(Access.write("a"), Access.read("/")))
                .isEqualTo("call 2 waits for call 1: call 2 reads /, call 1 writes a");
    }

    @Test
    void paths_that_may_be_the_same_are_both_named() {
        Access relative = Access.write("file/notes.md");
        Access absolute = Access.write(Resource.of("file").resolve("/data/notes.md"));
        assertThat(sentence(absolute, relative))
                .isEqualTo("call 2 waits for call 1: call 2 writes file/notes.md,"
                        + " call 1 writes file//data/notes.md, which may be the same");
        assertThat(sentence(absolute, absolute)).isEqualTo("call 2 waits for call 1: both write file//data/notes.md");
    }

    @Test
    void the_reason_names_the_accesses_that_conflict_and_not_those_that_do_not() {
        CallPlan plan = CallPlan.of(List.of(
                call("a", Access.read("x"), Access.read("y"), Access.write("z")),
                call("b", Access.read("x"), Access.write("w"), Access.read("z/1"))));
        assertThat(plan.dependencies(1))
                .map(Dependency::toString)
                .containsExactly("call 2 waits for call 1: call 2 reads z/1, call 1 writes z");
    }

    @Test
    void a_call_that_waits_through_another_does_not_list_what_that_one_lists() {
        CallPlan plan = CallPlan.of(List.of(call("a", WRITE_42), call("b", WRITE_42), call("c", WRITE_42)));
        assertThat(edges(plan)).containsExactly("0-1", "1-2");
    }

    @Test
    void a_group_of_readers_is_listed_one_by_one() {
        Access all = Access.read("/");
        CallPlan plan = CallPlan.of(
                List.of(call("a", all), call("b", all), call("c", Access.write("x")), call("d", Access.write("y"))));
        assertThat(edges(plan)).containsExactly("0-2", "1-2", "0-3", "1-3");
    }

    @Test
    void a_barrier_is_named_whether_it_comes_first_or_last() {
        PlannedCall barrier = new PlannedCall(
                tool("mystery"),
                List.of(Access.write("/")),
                EffectSource.UNDECLARED,
                "nothing is known about 'mystery'");
        CallPlan plan = CallPlan.of(List.of(call("a", READ_42), barrier, call("c", READ_42)));
        assertThat(plan.dependencies())
                .map(Dependency::toString)
                .containsExactly(
                        "call 2 waits for call 1: nothing is known about 'mystery', so call 2 runs alone",
                        "call 3 waits for call 2: nothing is known about 'mystery', so call 2 runs alone");
        assertThat(plan.dependencies()).map(Dependency::kind).containsOnly(Dependency.Kind.ORDER);
        assertThat(plan.toString().lines())
                .contains("call 2 mystery: nothing is known about 'mystery', so it runs alone");
    }

    @Test
    void a_reference_is_a_data_dependency_even_where_the_calls_also_conflict() {
        CallPlan plan = CallPlan.of(
                List.of(call("a", WRITE_42), call("b", WRITE_42), call("c")),
                List.of(new int[0], new int[] {0}, new int[] {0, 1, 0}));
        assertThat(plan.dependencies())
                .map(Dependency::toString)
                .containsExactly(
                        "call 2 waits for call 1: it uses the result of call 1",
                        "call 3 waits for call 2: it uses the result of call 2");
        assertThat(plan.dependencies()).map(Dependency::kind).containsOnly(Dependency.Kind.DATA);
    }

    @Test
    void references_given_to_a_plan_are_its_own() {
        int[] references = {0};
        CallPlan plan = CallPlan.of(List.of(call("a"), call("b")), List.of(new int[0], references));
        references[0] = 7;
        assertThat(plan.dependencies(1))
                .map(dependency -> dependency.reason().text(0, 1))
                .containsExactly("it uses the result of call 1");
    }

    @Test
    void a_batch_and_its_references_must_match() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallPlan.of(List.of(call("a")), List.of()))
                .withMessage("got 1 calls, but the references of 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallPlan.of(List.of(call("a")), List.of(new int[] {0})))
                .withMessage("call 0 cannot use the result of call 0: call 0 is not earlier");
    }

    @Test
    void waves_follow_the_longest_way_to_a_call() {
        Access all = Access.read("/");
        CallPlan plan = CallPlan.of(List.of(
                call("a", all),
                call("b", all),
                call("c", Access.write("x")),
                call("d", Access.write("y")),
                call("e", Access.read("x")),
                call("f"),
                call("g", Access.read("x"), Access.write("y"))));
        assertThat(plan.waves()).containsExactly(List.of(0, 1, 5), List.of(2, 3), List.of(4, 6));
    }

    @Test
    void there_is_no_call_beyond_the_batch() {
        CallPlan plan = CallPlan.of(List.of(call("a", WRITE_42), call("b", WRITE_42)));
        for (int call : new int[] {-1, 2, 3, 100}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> plan.dependencies(call));
        }
    }

    @Test
    void a_plan_in_words_has_a_line_a_call_and_a_line_a_dependency() {
        CallPlan plan =
                CallPlan.of(List.of(call("pay", READ_42, Access.write("/")), call("now"), call("see", READ_42)));
        assertThat(plan.toString().lines())
                .containsExactly(
                        "call 1 pay: reads account/42, writes / (annotated)",
                        "call 2 now: pure (annotated)",
                        "call 3 see: reads account/42 (annotated)",
                        "  call 3 waits for call 1: call 3 reads account/42, call 1 writes /");
    }

    @Test
    void a_plan_keeps_the_calls_it_was_made_of() {
        List<PlannedCall> calls = new ArrayList<>(List.of(call("a")));
        List<Access> accesses = new ArrayList<>(List.of(READ_42));
        PlannedCall planned = new PlannedCall(tool("b"), accesses, EffectSource.INFERENCE, null);
        calls.add(planned);
        CallPlan plan = CallPlan.of(calls);
        calls.clear();
        accesses.clear();
        assertThat(plan.calls()).hasSize(2);
        assertThat(planned.accesses()).containsExactly(READ_42);
    }

    @Test
    void a_planned_call_writes_if_one_of_its_accesses_does() {
        assertThat(call("a").writes()).isFalse();
        assertThat(call("a", READ_42).writes()).isFalse();
        assertThat(call("a", READ_42, WRITE_42).writes()).isTrue();
    }

    @Test
    void a_dependency_leads_from_an_earlier_to_a_later_call() {
        DependencyReason reason = new DependencyReason.Reference();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dependency(1, 1, reason))
                .withMessage("call 1 is not earlier than call 1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Dependency(-1, 1, reason));
        assertThatNullPointerException().isThrownBy(() -> new Dependency(0, 1, null));
    }

    @Test
    void a_conflict_needs_two_accesses_that_conflict() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DependencyReason.Conflict(READ_42, Access.read("/")))
                .withMessage("reads account/42 does not conflict with reads /");
        assertThatNullPointerException().isThrownBy(() -> new DependencyReason.Conflict(null, WRITE_42));
        assertThatNullPointerException().isThrownBy(() -> new DependencyReason.Conflict(WRITE_42, null));
    }

    private static String sentence(Access earlier, Access later) {
        List<Dependency> dependencies =
                CallPlan.of(List.of(call("a", earlier), call("b", later))).dependencies();
        assertThat(dependencies).hasSize(1);
        return dependencies.get(0).toString();
    }

    private static List<String> edges(CallPlan plan) {
        return plan.dependencies().stream()
                .map(dependency -> dependency.earlier() + "-" + dependency.later())
                .toList();
    }

    private static PlannedCall call(String tool, Access... accesses) {
        return new PlannedCall(tool(tool), Arrays.asList(accesses), EffectSource.ANNOTATION, null);
    }

    private static ToolCall tool(String name) {
        return new ToolCall(null, name, null);
    }
}
