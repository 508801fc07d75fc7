package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectInference.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions that name a search, an answer or a report. */
class FinderReadingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grep          | A powerful search tool built on an index             | pattern:string",
                "glob          | Fast file pattern matching tool for any project      | pattern:string",
                "slow_queries  | Reports the slowest queries                          | limit:integer",
                "get_health    | Reports whether all services are healthy             |",
                "get_answer    | Answers questions about the docs                     | topic:string",
                "geocode       | Converts an address into coordinates                 | address:string",
                "track_parcel  | Returns the tracking status of a parcel              | number:string",
                "ping          | Checks that the server answers                       |",
                "detect_text   | Recognizes text in an image                          | url:string",
            })
    void a_search_or_a_report_reads(String tool, String description, @Nullable String parameters) {
        assertThat(InferredTool.answer(tool, description, parameters)).isEqualTo(Answer.ONLY_READS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grep          | A powerful search tool that deletes matched lines    | pattern:string",
                "grep          | Fast search tool that replaces matches               | pattern:string",
                "slow_user     | Reports a user to the moderators                     | user:string",
                "spam          | Reports the comments as spam                         | ids:other",
                "get_answer    | Answers a ticket of a customer                       | ticket:string",
                "lead          | Converts a lead into a customer                      | lead:string",
                "track_visit   | Returns the visit                                    | page:string",
                "track_parcel  | Tracks a parcel and notifies its owner               | number:string",
                "ping          | Pings the team                                       |",
            })
    void what_only_looks_like_one_does_not(String tool, String description, @Nullable String parameters) {
        assertThat(InferredTool.answer(tool, description, parameters)).isEqualTo(Answer.UNKNOWN);
    }
}
