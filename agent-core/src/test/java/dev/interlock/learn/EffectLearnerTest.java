package dev.interlock.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.Resource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EffectLearnerTest {

    private static final KnownTool TOOL = new KnownTool(
            "touch_it",
            null,
            Map.of(
                    "id", ParameterType.STRING,
                    "number", ParameterType.INTEGER,
                    "from", ParameterType.STRING,
                    "to", ParameterType.STRING,
                    "options", ParameterType.OTHER,
                    "ids", ParameterType.OTHER,
                    "path", ParameterType.STRING));

    private final EffectLearner learner = EffectLearner.of(List.of(TOOL));
    private int runs;

    private void saw(String arguments, String... accesses) {
        sawIn("touch_it", "run" + runs++, arguments, accesses);
    }

    private void sawIn(String tool, String run, String arguments, String... accesses) {
        learner.add(new ObservedCall(ToolCall.parse(null, tool, arguments), accesses(accesses), run));
    }

    private static Set<Access> accesses(String... texts) {
        Set<Access> accesses = new LinkedHashSet<>();
        for (String text : texts) {
            String path = text.substring(2);
            accesses.add(text.startsWith("W") ? Access.write(path) : Access.read(path));
        }
        return accesses;
    }

    private Proposal proposal() {
        return learner.proposal("touch_it").orElseThrow();
    }

    private void assertWrites(String... templates) {
        assertThat(proposal().writes()).containsExactlyInAnyOrder(templates);
        assertThat(proposal().isClaim()).isTrue();
    }

    @Test
    void no_observation_is_no_claim() {
        assertThat(learner.proposal("touch_it")).isEmpty();
        assertThat(learner.proposals()).isEmpty();
    }

    @Test
    void a_segment_that_equals_an_argument_in_every_call_becomes_the_argument() {
        saw("{\"id\": \"alpha\"}", "W order/alpha/state", "R rates");
        saw("{\"id\": \"beta\"}", "W order/beta/state", "R rates");
        assertWrites("order/{id}");
        assertThat(proposal().reads()).containsExactly("rates");
        assertThat(proposal().calls()).isEqualTo(2);
        assertThat(proposal().runs()).isEqualTo(2);
    }

    @Test
    void a_name_behind_an_argument_stays_where_there_are_others() {
        saw("{\"id\": \"alpha\"}", "W order/alpha/state", "R order/alpha/owner");
        saw("{\"id\": \"beta\"}", "W order/beta/state", "R order/beta/owner");
        assertWrites("order/{id}/state");
        assertThat(proposal().reads()).containsExactly("order/{id}/owner");
    }

    @Test
    void numbers_are_compared_as_templates_compare_them() {
        saw("{\"number\": 4200}", "W order/4200");
        saw("{\"number\": 4300.0}", "W order/4300");
        saw("{\"number\": \"4400\"}", "W order/4400");
        assertWrites("order/{number}");
    }

    @Test
    void arguments_within_objects_are_found() {
        saw("{\"options\": {\"order\": {\"key\": \"alpha\"}}}", "W order/alpha");
        saw("{\"options\": {\"order\": {\"key\": \"beta\"}}}", "W order/beta");
        assertWrites("order/{options.order.key}");
    }

    @Test
    void a_list_gives_one_access_for_each_element() {
        saw("{\"ids\": [\"alpha\", \"beta\"]}", "W order/alpha", "W order/beta");
        saw("{\"ids\": [\"gamma\"]}", "W order/gamma");
        assertWrites("order/{ids}");
    }

    @Test
    void a_path_spans_several_segments() {
        saw("{\"path\": \"docs/a.txt\"}", "W file/docs/a.txt");
        saw("{\"path\": \"./src//main.c\"}", "W file/src/main.c");
        assertWrites("file/{path}");
    }

    @Test
    void what_lies_below_a_path_is_covered_by_it() {
        saw("{\"path\": \"docs\"}", "R file/docs/a.txt", "R file/docs/b.txt", "W log");
        saw("{\"path\": \"src\"}", "R file/src/main.c", "W log");
        assertThat(proposal().reads()).containsExactly("file/{path}");
    }

    @Test
    void an_absolute_path_is_found_with_and_without_its_mark() {
        saw("{\"path\": \"/data/a.txt\"}", "W file/data/a.txt");
        learner.add(new ObservedCall(
                ToolCall.parse(null, "touch_it", "{\"path\": \"/data/b.txt\"}"),
                Set.of(Access.write(Resource.of("file").resolve("/data/b.txt"))),
                "other"));
        assertWrites("file/{path}");
    }

    @Test
    void two_arguments_can_explain_one_place_together() {
        saw("{\"from\": \"alice\", \"to\": \"bob\"}", "W account/alice", "W account/bob");
        saw("{\"from\": \"carol\", \"to\": \"dave\"}", "W account/carol", "W account/dave");
        assertWrites("account/{from}", "account/{to}");
    }

    @Test
    void a_call_without_the_argument_is_covered_by_what_stands_before_it() {
        saw("{\"id\": \"alpha\"}", "W order/alpha");
        saw("{\"id\": \"beta\"}", "W order/beta");
        saw("{}", "W order");
        saw("{\"number\": 7}", "W order/current");
        assertWrites("order/{id}");
    }

    @Test
    void one_value_may_be_there_by_chance() {
        saw("{\"id\": \"alpha\"}", "W order/alpha");
        saw("{\"id\": \"alpha\"}", "W order/alpha");
        saw("{\"id\": \"alpha\"}", "W order/alpha");
        assertWrites("order");
    }

    @Test
    void short_values_need_more_of_them() {
        saw("{\"number\": 1}", "W order/1");
        saw("{\"number\": 2}", "W order/2");
        assertWrites("order");
        saw("{\"number\": 3}", "W order/3");
        saw("{\"number\": 4}", "W order/4");
        assertWrites("order/{number}");
    }

    @Test
    void truth_values_name_nothing() {
        saw("{\"options\": true}", "W order/true");
        saw("{\"options\": false}", "W order/false");
        assertWrites("order");
    }

    @Test
    void of_two_arguments_that_are_always_equal_either_may_be_the_one() {
        saw("{\"from\": \"alice\", \"to\": \"alice\"}", "W account/alice");
        saw("{\"from\": \"bob\", \"to\": \"bob\"}", "W account/bob");
        assertWrites("account/{from}", "account/{to}");
        saw("{\"from\": \"carol\", \"to\": \"dave\"}", "W account/dave");
        assertWrites("account/{to}");
    }

    @Test
    void of_three_equal_arguments_none_is_taken() {
        saw("{\"from\": \"alice\", \"to\": \"alice\", \"id\": \"alice\"}", "W account/alice");
        saw("{\"from\": \"bob\", \"to\": \"bob\", \"id\": \"bob\"}", "W account/bob");
        assertWrites("account");
    }

    @Test
    void what_no_argument_explains_is_widened_and_the_call_is_told() {
        saw("{\"id\": \"alpha\"}", "W order/alpha");
        saw("{\"id\": \"beta\"}", "W order/beta");
        saw("{\"id\": \"gamma\"}", "W order/delta");
        assertWrites("order");
        assertThat(proposal().counterExamples()).singleElement().satisfies(example -> {
            assertThat(example.template()).isEqualTo("order/{id}");
            assertThat(example.touched()).isEqualTo("order/delta");
            assertThat(example.call().arguments().path("id").asText()).isEqualTo("gamma");
            assertThat(example).hasToString("not order/{id}: touch_it{\"id\":\"gamma\"} touched order/delta");
        });
    }

    @Test
    void a_key_of_the_state_is_widened() {
        saw("{\"id\": \"alpha\"}", "W folder/home/alpha");
        saw("{\"id\": \"beta\"}", "W folder/work/beta");
        assertWrites("folder");
    }

    @Test
    void the_current_user_of_one_run_is_no_name() {
        sawIn("touch_it", "one", "{\"id\": \"alpha\"}", "W user/alice/mail", "R user/alice/name");
        sawIn("touch_it", "one", "{\"id\": \"beta\"}", "W user/alice/mail", "R user/alice/name");
        assertWrites("user");
    }

    @Test
    void what_other_tools_show_to_vary_is_no_name() {
        for (String run : List.of("one", "two", "three", "four", "five")) {
            sawIn("touch_it", run, "{\"id\": \"" + run + "\"}", "W user/alice");
        }
        sawIn("other", "one", "{}", "R user/alice");
        sawIn("other", "six", "{}", "R user/bob");
        assertWrites("user");
    }

    @Test
    void what_another_run_shows_to_vary_is_no_name() {
        for (String run : List.of("one", "two", "three", "four", "five")) {
            sawIn("touch_it", run, "{\"id\": \"" + run + "\"}", "W user/alice/" + run);
        }
        sawIn("other", "one", "{}", "R user/alice/name");
        sawIn("third", "six", "{}", "R user/bob/name");
        assertWrites("user");
    }

    @Test
    void numbers_and_ids_are_no_names_however_often_they_are_seen() {
        for (int i = 0; i < 20; i++) {
            saw("{\"id\": \"text" + i + "\"}", "W order/12446", "W log/v2/lines", "W log/v2/size");
        }
        assertWrites("order", "log/v2/lines", "log/v2/size");
    }

    @Test
    void a_field_of_a_record_stays() {
        saw("{\"id\": \"alpha\"}", "W car/fuel", "R car/doors");
        saw("{\"id\": \"beta\"}", "W car/fuel", "R car/doors");
        assertWrites("car/fuel");
        assertThat(proposal().reads()).containsExactly("car/doors");
    }

    @Test
    void a_field_that_only_some_calls_touch_is_widened() {
        saw("{\"id\": \"alpha\"}", "W car/fuel", "W car/doors");
        saw("{\"id\": \"beta\"}", "W car/fuel");
        assertWrites("car");
    }

    @Test
    void a_call_that_failed_may_touch_less_and_nothing_else() {
        saw("{\"id\": \"alpha\"}", "W car/fuel", "W car/doors");
        saw("{\"id\": \"beta\"}", "W car/fuel", "W car/doors");
        fail("W car/fuel");
        assertWrites("car/fuel", "car/doors");
        fail("W car/lights");
        assertWrites("car");
    }

    private void fail(String access) {
        learner.add(new ObservedCall(
                ToolCall.parse(null, "touch_it", "{\"id\": \"gamma\"}"), accesses(access), "run" + runs++, true));
    }

    @Test
    void one_call_shows_only_the_outermost_segment() {
        saw("{\"id\": \"alpha\"}", "W car/fuel", "R car/doors");
        assertWrites("car");
        assertThat(proposal().reads()).isEmpty();
        assertThat(proposal().reason()).isEqualTo("1 call in 1 run touched no more than that");
    }

    @Test
    void the_same_arguments_again_say_little() {
        for (int i = 0; i < 2; i++) {
            saw("{\"id\": \"fuel\"}", "W car/tank", "R car/doors");
        }
        assertWrites("car");
        saw("{\"id\": \"fuel\"}", "W car/tank", "R car/doors");
        assertWrites("car/tank");
    }

    @Test
    void without_runs_two_calls_count_as_one() {
        for (int i = 0; i < 4; i++) {
            learner.add(new ObservedCall(
                    ToolCall.parse(null, "touch_it", "{\"id\": \"text" + i + "\"}"),
                    accesses("W car/tank", "R car/doors")));
            assertThat(proposal().writes()).isEqualTo(i == 0 ? List.of() : List.of(i < 3 ? "car" : "car/tank"));
        }
        assertThat(proposal().runs()).isZero();
        assertThat(proposal().reason()).startsWith("4 calls touched");
    }

    @Test
    void braces_and_wildcards_in_keys_do_no_harm() {
        saw("{\"id\": \"alpha\"}", "W a{b}/one", "W c/x*", "W c/other");
        saw("{\"id\": \"beta\"}", "W a{b}/one", "W c/x*", "W c/other");
        assertWrites("a{{b}}", "c");
    }

    @Test
    void calls_whose_arguments_are_no_object_are_barriers_anyway() {
        saw("[1]", "W order/alpha");
        assertThat(learner.proposals()).isEmpty();
    }

    @Test
    void what_would_be_a_barrier_is_no_claim() {
        saw("{\"id\": \"alpha\"}", "W one");
        saw("{\"id\": \"beta\"}", "W two");
        assertThat(proposal().isClaim()).isFalse();
        assertThat(proposal().effects()).isEmpty();
        assertThat(proposal().reason()).startsWith("2 calls in 2 runs: ");
    }

    @Test
    void learners_can_be_merged() {
        EffectLearner other = EffectLearner.of(List.of());
        other.add(new ObservedCall(
                ToolCall.parse(null, "touch_it", "{\"number\": 4300.0}"), accesses("W order/4300"), "other"));
        saw("{\"number\": 4200}", "W order/4200");
        learner.add(other);
        learner.add(other);
        assertWrites("order/{number}");
        assertThat(proposal().calls()).isEqualTo(3);
        assertThat(proposal().runs()).isEqualTo(2);
        assertThat(other.proposal("touch_it").orElseThrow().calls()).isEqualTo(1);
    }

    /** Another tool may name the same file by a path that is relative to its folder. */
    @Test
    void what_was_touched_at_an_absolute_path_that_no_argument_names_widens_to_what_stands_before_it() {
        EffectLearner learner = EffectLearner.of(List.of());
        for (int i = 0; i < 9; i++) {
            ToolCall call = ToolCall.parse(null, "log_visit", "{\"name\": \"visitor" + i + "\"}");
            Access touched = Access.write(Resource.of("file").resolve("/data/visits/visitor" + i));
            learner.add(new ObservedCall(call, Set.of(touched), "run" + i));
        }
        assertThat(learner.proposal("log_visit").orElseThrow().writes()).containsExactly("file");
    }
}
