package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verbs that read, but that have others do something or bring something to a person. */
class DeedsForPeopleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "get_documents | Gets documents signed",
                "get_documents | Gets documents signed by both parties",
                "get_car       | Gets the car washed",
                "get_app       | Gets an app installed on the device",
                "recommend     | Recommends an article to a reader",
                "suggest_time  | Suggests a meeting time to the participants",
                "explain       | Explains the decision to the customer by e-mail",
                "show_slide    | Shows a slide to the audience",
                "describe_bot  | Describes the bot to a visitor",
                "show_on_map   | Shows a location on the user's map",
                "show_page     | Shows the page in the user's browser",
                "display_text  | Displays text on the LED matrix",
            })
    void a_deed_for_a_person_is_no_read(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "get_documents | Gets documents signed by a user",
                "get_files     | Get files changed in a commit",
                "get_tasks     | Gets tasks assigned to a user",
                "get_feed      | Gets the news feed",
                "get_issues    | Gets archived issues",
                "recommend     | Recommends articles for a reader",
                "explain_term  | Explains a term",
                "show_route    | Shows the route to a station",
                "show_access   | Shows the permissions granted to a member",
                "show_events   | Shows the events in the user's calendar",
                "show_screen   | Shows what is on the screen",
                "list_messages | Lists the messages sent to a customer",
            })
    void what_the_model_gets_reads(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isTrue();
    }
}
