package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Lists files                              | lists",
                "Quickly lists files                      | lists",
                "Apply the filter                         | apply",
                "Reply to a comment                       | reply",
                "Supply the missing part                  | supply",
                "Fly to the moon                          | fly",
                "Can be used to list files                | list",
                "Helpful to list files                    | list",
                "Read-only: lists files                   | lists",
                "A tool that lists files                  | lists",
                "The weather of a city                    | the",
                "The really fast search tool lists files  | lists",
                "The really fast new search tool lists    | the",
                "Our API returns pages                    | returns",
                "A helpful function which counts          | counts",
                "Tool for listing files                   | listing",
                "Use this new tool for listing            | listing",
                "Use this one of all our tools to list    | use",
                "Use this one of all tools to list        | list",
                "Use a hammer                             | use",
                "Call it to list files                    | list",
                "[BETA] Lists files                       | lists",
                "(since last year) lists files            | lists",
                "- lists files                            | lists",
                ": lists files                            | lists",
                ") lists files                            | lists",
                "] , lists files                          | lists",
                "[ never closed lists                     | [",
                "( ] lists                                | (",
                "(a a a a a a a a a a a) lists            | lists",
                "(a a a a a a a a a a a a) lists          | (",
                "When asked, lists files                  | lists",
                "When asked lists files                   | when",
                "If a a a a a a a a a a a a a a , lists   | lists",
                "If a a a a a a a a a a a a a a a , lists | lists",
                "If a a a a a a a a a a a a a a a a , lists | if",
                "Now when asked, lists files              | when",
                "GitHub: lists issues                     | lists",
                "Mail of the day: lists it                | mail",
                "Weather of the day: lists it             | lists",
                "Weather of the very day: lists it        | weather",
                "Weather of a day: hot or cold            | weather",
                "List: files                              | list",
            })
    void the_head_is_the_first_word_that_says_what_the_tool_does(String text, String head) {
        Sentence sentence = sentence(text);

        assertThat(sentence.at(sentence.head())).isEqualTo(head);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "This tool lists files          | lists",
                "This lists files               | lists",
                "The tool will list files       | list",
                "This call returns pages        | returns",
                "It lists files                 | lists",
                "Tool to list files             | list",
                "Allows you to list files       | list",
                "Lets users list files          | list",
                "Lets you list files            | list",
                "Enables fast ways to list      | fast",
                "Helps list files               | list",
            })
    void a_sentence_may_say_that_it_speaks_of_the_tool(String text, String head) {
        Sentence sentence = sentence(text);

        assertThat(sentence.at(sentence.head())).isEqualTo(head);
        assertThat(sentence.aboutTool()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Lists files", "Enable the alarm", "Quickly lists files with this tool", "The answer"})
    void a_sentence_need_not_say_of_what_it_speaks(String text) {
        assertThat(sentence(text).aboutTool()).isFalse();
    }

    @Test
    void to_enable_something_is_a_deed_and_to_enable_somebody_is_none() {
        assertThat(headOf("Enable the alarm")).isEqualTo("enable");
        assertThat(headOf("Enable you to list")).isEqualTo("list");
        assertThat(headOf("Enable all of the many to list")).isEqualTo("all");
        assertThat(headOf("Enable all of the many more to list")).isEqualTo("enable");
        assertThat(headOf("Allow users")).isEmpty();
    }

    @Test
    void a_sentence_without_a_head_ends_with_its_lead() {
        Sentence sentence = sentence("This tool");

        assertThat(sentence.head()).isEqualTo(sentence.size()).isEqualTo(2);
        assertThat(sentence.headForm()).isNull();
        assertThat(sentence("").head()).isZero();
    }

    @Test
    void there_is_nothing_before_and_behind_a_sentence() {
        Sentence sentence = sentence("Lists files");

        assertThat(sentence.at(-1)).isEmpty();
        assertThat(sentence.at(0)).isEqualTo("lists");
        assertThat(sentence.at(1)).isEqualTo("files");
        assertThat(sentence.at(2)).isEmpty();
        assertThat(sentence.headForm()).isEqualTo(Lexicon.Form.THIRD);
    }

    @Test
    void words_are_looked_for_in_a_part_of_a_sentence() {
        Sentence sentence = sentence("Lists files of users");

        assertThat(sentence.has(Set.of("lists"))).isTrue();
        assertThat(sentence.has(Set.of("users", "x"))).isTrue();
        assertThat(sentence.has(Set.of("groups"))).isFalse();
        assertThat(sentence.has(Set.of("lists"), -5, 1)).isTrue();
        assertThat(sentence.has(Set.of("lists"), 1, 4)).isFalse();
        assertThat(sentence.has(Set.of("users"), 0, 3)).isFalse();
        assertThat(sentence.has(Set.of("users"), 0, 50)).isTrue();
    }

    private static String headOf(String text) {
        Sentence sentence = sentence(text);
        return sentence.at(sentence.head());
    }

    private static Sentence sentence(String text) {
        List<String> tokens = DescriptionTokens.of(text);
        return new Sentence(tokens.subList(0, Math.max(tokens.size() - 1, 0)));
    }
}
