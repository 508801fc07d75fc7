package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EqualReadsTest {

    private final EqualReads equalReads = new EqualReads();
    private int places;

    /** Makes the next call. */
    private Call next(CallSpec spec) {
        return spec.make(1, places++);
    }

    private static CallSpec reads(String path, String sameness) {
        return CallSpec.reads(path).with(call -> call.sameAs(sameness));
    }

    /** The next call shares this one's outcome. */
    private void assertLeader(CallSpec of, Call leader) {
        assertThat(equalReads.leaderOf(next(of))).isSameAs(leader);
    }

    /** The next call runs itself. */
    private Call leads(CallSpec spec) {
        Call call = next(spec);
        assertThat(equalReads.leaderOf(call)).isNull();
        return call;
    }

    @Test
    void an_equal_read_shares_the_outcome_of_the_first() {
        Call first = leads(reads("a", "x"));
        assertLeader(reads("a", "x"), first);
        assertLeader(reads("a", "x"), first);
    }

    @Test
    void another_read_runs_itself() {
        leads(reads("a", "x"));
        leads(reads("a", "y"));
    }

    @Test
    void a_read_that_nothing_else_can_equal_runs_itself() {
        leads(CallSpec.pure());
        leads(CallSpec.pure());
    }

    @Test
    void a_read_without_a_key_leaves_earlier_leaders_alone() {
        Call first = leads(reads("a", "x"));
        leads(CallSpec.pure());
        assertLeader(reads("a", "x"), first);
    }

    @Test
    void a_read_after_a_write_of_the_same_resource_runs_itself_and_leads_later_ones() {
        leads(reads("a", "x"));
        leads(CallSpec.writes("a"));
        Call second = leads(reads("a", "x"));
        assertLeader(reads("a", "x"), second);
    }

    @Test
    void a_write_of_another_resource_changes_nothing() {
        Call first = leads(reads("a", "x"));
        leads(CallSpec.writes("b"));
        assertLeader(reads("a", "x"), first);
    }

    @Test
    void a_write_keeps_all_leaders_that_read_what_it_writes_from_being_shared() {
        leads(reads("a/1", "x"));
        leads(reads("a/2", "y"));
        Call other = leads(reads("b", "z"));
        leads(CallSpec.writes("a"));
        leads(reads("a/1", "x"));
        leads(reads("a/2", "y"));
        assertLeader(reads("b", "z"), other);
    }

    @Test
    void a_call_that_writes_is_never_shared_whatever_it_equals() {
        leads(CallSpec.writes("a").with(call -> call.sameAs("x")));
        leads(CallSpec.writes("a").with(call -> call.sameAs("x")));
        leads(reads("b", "x"));
    }

    @Test
    void a_call_about_which_nothing_is_known_is_never_shared() {
        leads(reads("a", "x").unknown());
        leads(reads("a", "x").unknown());
    }

    @Test
    void a_write_does_not_remember_a_leader_that_an_earlier_write_has_ended() {
        leads(reads("a", "x"));
        leads(CallSpec.writes("a"));
        Call elsewhere = leads(reads("b", "x"));
        leads(CallSpec.writes("a"));
        assertLeader(reads("b", "x"), elsewhere);
    }

    @Test
    void a_forgotten_read_is_not_shared_any_more() {
        Call first = leads(reads("a", "x"));
        equalReads.forget(first);
        Call second = leads(reads("a", "x"));
        assertLeader(reads("a", "x"), second);
    }

    @Test
    void a_write_does_not_remember_a_forgotten_leader() {
        Call first = leads(reads("a", "x"));
        equalReads.forget(first);
        Call elsewhere = leads(reads("b", "x"));
        leads(CallSpec.writes("a"));
        assertLeader(reads("b", "x"), elsewhere);
    }

    @Test
    void to_forget_a_read_that_shares_another_s_outcome_changes_nothing() {
        Call first = leads(reads("a", "x"));
        Call follower = next(reads("a", "x"));
        assertThat(equalReads.leaderOf(follower)).isSameAs(first);
        equalReads.forget(follower);
        assertLeader(reads("a", "x"), first);
        leads(CallSpec.writes("a"));
        leads(reads("a", "x"));
    }

    @Test
    void to_forget_a_call_without_a_key_changes_nothing() {
        Call first = leads(reads("a", "x"));
        equalReads.forget(leads(CallSpec.pure()));
        assertLeader(reads("a", "x"), first);
    }
}
