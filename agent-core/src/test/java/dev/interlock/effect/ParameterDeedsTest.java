package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectInference.Answer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters that turn on a deed, and those that only say how to look. */
class ParameterDeedsTest {

    private static Answer answer(String parameter) {
        return InferredTool.answer("list_items", "Lists the items of a folder.", "folder:string " + parameter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete:boolean",
                "fix:boolean",
                "apply:boolean",
                "install:boolean",
                "approve:boolean",
                "archive:boolean",
                "merge:boolean",
                "book:boolean",
                "email:boolean",
                "rerun:boolean",
                "reserve:boolean",
                "auto_fix:boolean",
                "auto_format:boolean",
                "should_close:boolean",
                "also_send:boolean",
                "list_and_purge:boolean",
                "mark_seen:boolean",
                "start_if_missing:boolean",
                "remove_after_read:boolean",
                "add_to_library:boolean",
                "update_status:boolean",
                "log_access:boolean",
                "draft_after_read:boolean",
                "hide_after_read:boolean",
                "resolve_incident:boolean",
                "resolve:boolean",
                "follow:boolean",
                "follow_user:boolean",
                "assign:string",
                "increment:integer",
                "replace:string",
                "add:other",
                "add_labels:other",
            })
    void a_parameter_named_after_a_deed_orders_it(String parameter) {
        assertThat(answer(parameter)).isEqualTo(Answer.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "include_deleted:boolean",
                "deleted:boolean",
                "recursive:boolean",
                "follow_links:boolean",
                "follow_redirects:boolean",
                "resolve_names:boolean",
                "generate_summary:boolean",
                "hide_closed:boolean",
                "skip_empty:boolean",
                "use_cache:boolean",
                "render_scripts:boolean",
                "open_now:boolean",
                "archive_only:boolean",
                "draft:boolean",
                "text:boolean",
                "format_as_table:boolean",
                "group_by_day:boolean",
                "email_verified:boolean",
                "index_only:boolean",
                "order:string",
                "format:enum",
                "page:integer",
                "select:other",
                "take:integer",
                "label:string",
                "checkin:string",
                "update_time:other",
            })
    void a_parameter_that_says_how_to_look_orders_nothing(String parameter) {
        assertThat(answer(parameter)).isEqualTo(Answer.ONLY_READS);
    }

    /** The invariant of the kind, for every verb in the lexicon that is no noun. */
    @ParameterizedTest
    @MethodSource("verbs")
    void every_deed_counts(String verb) {
        assertThat(answer(verb + ":boolean")).isEqualTo(Answer.UNKNOWN);
        assertThat(answer("auto_" + verb + ":boolean")).isEqualTo(Answer.UNKNOWN);
        assertThat(answer(verb + "_after_read:boolean")).isEqualTo(Answer.UNKNOWN);
    }

    static Stream<String> verbs() {
        return Lexicon.changes().stream().sorted();
    }

    @Test
    void without_types_a_lone_deed_counts() {
        assertThat(EffectInference.onlyReads("get_user", "Gets a user.", List.of("id", "delete")))
                .isFalse();
        assertThat(EffectInference.onlyReads("get_user", "Gets a user.", List.of("id", "deleted")))
                .isTrue();
    }

    @Test
    void without_types_a_list_may_be_a_stored_one() {
        assertThat(EffectInference.onlyReads("sort_list", "Sorts a list.", List.of("list")))
                .isFalse();
        assertThat(EffectInference.onlyReads("reverse_text", "Reverses a text.", List.of("text")))
                .isTrue();
    }
}
