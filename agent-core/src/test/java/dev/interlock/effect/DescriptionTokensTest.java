package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the expectations {@code §} is an identifier, code or number, {@code ¤} a word that is not English. */
class DescriptionTokensTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Lists ALL users       | lists all users .",
                "a read-only view      | a read-only view .",
                "It doesn't, can\u2019t | it doesn't , can't .",
                "the users' 'own' name | the users own name .",
                "calls create_issue    | calls § .",
                "_private              | § .",
                "calls createIssue     | calls § .",
                "on GitHub             | on § .",
                "reads config.json     | reads § .",
                "mails me@example.com  | mails § .",
                "takes 5 to 7b         | takes § to § .",
                "the Caf\u00e9 rouge   | the \u00a4 rouge .",
                "\u0437\u0430\u0434\u0430\u0447\u0430 one | \u00a4 one .",
                "a trailing hyphen-    | a trailing hyphen .",
                "snake-_case           | § .",
            })
    void a_word_is_plain_english_or_the_name_of_something(String text, String tokens) {
        assertThat(tokens(text)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Reads it. Deletes it    | reads it . deletes it .",
                "Reads it! Why? So       | reads it . why . so .",
                "Reads it; deletes it    | reads it . deletes it .",
                "Reads it... Deletes it  | reads it . deletes it .",
                "Reads \u4e2d\u3002Deletes it  | reads \u00a4 . deletes it .",
                "Reads it.Deletes it     | reads it . deletes it .",
                "Reads notes.TXT files   | reads § files .",
                "Reads a NODE.Name       | reads a § .",
                "Reads v2.Name           | reads § .",
                "Reads plan.B            | reads § .",
                "Reads plan.B1           | reads § .",
                "Reads a.b               | reads § .",
                "Files, folders etc. of it | files , folders etc of it .",
                "Cats vs. dogs           | cats vs dogs .",
                "Files, e.g. images (i.e. PNG) | files , e.g images ( i.e png ) .",
            })
    void a_sentence_ends_at_its_mark_but_not_within_a_name_or_after_an_abbreviation(String text, String tokens) {
        assertThat(tokens(text)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "(a) [b] c=d, e/f: g    | ( a ) [ b ] c = d , e / f : g .",
                "reads & writes         | reads and writes .",
                "reads - writes         | reads - writes .",
                "reads \u2014 writes \u2013 sends \u2192 ends | reads - writes - sends - ends .",
                "of -name and --flag    | of name and flag .",
                "open-ended -           | open-ended .",
                "*\"bold\"* and %       | bold and .",
            })
    void punctuation_that_carries_grammar_is_kept(String text, String tokens) {
        assertThat(tokens(text)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "See `delete user` first    | see § first .",
                "See ``a ` delete`` first   | see § first .",
                "An `unclosed delete        | an § unclosed delete .",
                "<p>Reads</p> it            | reads . it .",
                "Reads <a href='x'>it       | reads . it .",
                "when a < b deletes         | when a b deletes .",
                "when a <                   | when a .",
            })
    void code_and_tags_are_no_deeds(String text, String tokens) {
        assertThat(tokens(text)).isEqualTo(tokens);
    }

    @Test
    void code_between_single_backticks_has_at_most_200_characters_and_a_fenced_block_any_number() {
        assertThat(tokens("`" + "a ".repeat(100) + "` b")).isEqualTo("§ b .");
        assertThat(tokens("`" + "a ".repeat(100) + "a` b"))
                .startsWith("§ a a a")
                .endsWith("a § b .");
        assertThat(tokens("```" + "a ".repeat(300) + "``` b")).isEqualTo("§ b .");
    }

    @Test
    void a_tag_has_at_most_40_characters_on_one_line() {
        assertThat(tokens("<" + "a ".repeat(20) + "> b")).isEqualTo("b .");
        assertThat(tokens("<" + "a ".repeat(20) + "a> b")).startsWith("a a a").endsWith("a b .");
        assertThat(tokens("is < a\nor > b")).isEqualTo("is a or b .");
    }

    @Test
    void a_line_break_ends_a_sentence_before_a_blank_line_or_an_item_else_it_wraps() {
        assertThat(tokens("Reads\na file")).isEqualTo("reads a file .");
        assertThat(tokens("Reads\n  a file\n")).isEqualTo("reads a file .");
        assertThat(tokens("Reads\n\na file")).isEqualTo("reads . a file .");
        assertThat(tokens("Reads\n \t\na file")).isEqualTo("reads . a file .");
        assertThat(tokens("Reads\n - a file\n * a page\n\t\u2022 a text"))
                .isEqualTo("reads . a file . a page . a text .");
        assertThat(tokens("Reads\n## Usage\n\n- - a file")).isEqualTo("reads . usage . a file .");
        assertThat(tokens("Reads\n2) a file")).isEqualTo("reads . § ) a file .");
    }

    @Test
    void nothing_has_no_tokens() {
        assertThat(tokens("")).isEmpty();
        assertThat(tokens(" ... \n\n")).isEmpty();
    }

    private static String tokens(String text) {
        return String.join(" ", DescriptionTokens.of(text));
    }
}
